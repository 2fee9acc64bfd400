// SPDX-License-Identifier: Apache-2.0
//
// Signals as a readable descriptor (signalfd).
#include "support/interruption.h"

#include <poll.h>
#include <pthread.h>
#include <sys/signalfd.h>

namespace taipan {

namespace {

sigset_t interruptingSignals() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGHUP);
    return set;
}

}  // namespace

Interruption::Interruption() {
    const sigset_t set = interruptingSignals();
    pthread_sigmask(SIG_BLOCK, &set, &previous_mask_);
    signals_ = FileDescriptor(signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK));
}

Interruption::~Interruption() {
    signalfd_siginfo seen;  // consumed here, or it would strike when the mask is lifted
    while (read(signals_.number(), &seen, sizeof seen) > 0) {
    }
    pthread_sigmask(SIG_SETMASK, &previous_mask_, nullptr);
}

bool Interruption::requested() const {
    return waitFor(0);
}

bool Interruption::waitFor(int milliseconds) const {
    pollfd entry{signals_.number(), POLLIN, 0};
    return poll(&entry, 1, milliseconds) > 0;
}

}  // namespace taipan
