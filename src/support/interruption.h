// SPDX-License-Identifier: Apache-2.0
//
// Ctrl-C as a thing one can ask about and wait for, in place of a handler that may run anywhere. While an
// Interruption lives, SIGINT, SIGTERM and SIGHUP are blocked in this thread and in those it starts, and stay
// pending once they come: every thread that polls descriptor() wakes up, and nobody consumes the signal
// before the end.
#pragma once

#include <signal.h>

#include "support/file_descriptor.h"

namespace taipan {

class Interruption {
  public:
    /// REQUIRES: constructed before the threads that shall notice are started.
    Interruption();
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    bool requested() const;

    /// Readable from the moment of the interruption on.
    int descriptor() const { return signals_.number(); }

    /// Sleeps; true if that was cut short by an interruption.
    bool waitFor(int milliseconds) const;

  private:
    FileDescriptor signals_;
    sigset_t previous_mask_{};
};

}  // namespace taipan
