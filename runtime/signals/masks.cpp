// SPDX-License-Identifier: Apache-2.0
// Signals that are blocked and waited for: sigprocmask, sigpending, sigwait and their like.
#include <errno.h>
#include <signal.h>

#include "../shared_memory/mappings.h"
#include "../suspension.h"
#include "../threads/thread.h"
#include "signals.h"

namespace taipan {

namespace {

// These cannot be blocked.
constexpr SignalSet kNeverBlocked = setOf(SIGKILL) | setOf(SIGSTOP);

int information(int signal, siginfo_t* result) {
    if (signal == 0)
        return -1;
    if (result != nullptr) {
        *result = siginfo_t{};
        result->si_signo = signal;
        result->si_code = SI_USER;
    }
    return signal;
}

}  // namespace

SignalSet signalSetFrom(const sigset_t& set) {
    SignalSet result = 0;
    for (int signal = 1; signal < _NSIG; ++signal) {
        if (sigismember(&set, signal) == 1)
            result |= setOf(signal);
    }
    return result;
}

sigset_t librarySetFrom(SignalSet set) {
    sigset_t result;
    sigemptyset(&result);
    for (int signal = 1; signal < _NSIG; ++signal) {
        if ((set & setOf(signal)) != 0)
            sigaddset(&result, signal);
    }
    return result;
}

}  // namespace taipan

extern "C" {

int pthread_sigmask(int how, const sigset_t* set, sigset_t* old) {
    taipan::SignalSet& blocked = taipan::blockedSignals();
    if (old != nullptr)
        *old = taipan::librarySetFrom(blocked);
    if (set == nullptr)
        return 0;
    const taipan::SignalSet before = blocked;
    const taipan::SignalSet given = taipan::signalSetFrom(*set) & ~taipan::kNeverBlocked;
    switch (how) {
        case SIG_BLOCK:
            blocked |= given;
            break;
        case SIG_UNBLOCK:
            blocked &= ~given;
            break;
        case SIG_SETMASK:
            blocked = given;
            break;
        default:
            return EINVAL;
    }
    if (taipan::isMainThread(taipan::currentThread()))
        taipan::blocksChanged(before, blocked);
    taipan::takeSignals();
    taipan::deliverUnblocked();
    return 0;
}

int sigpending(sigset_t* set) {
    taipan::takeSignals();
    *set = taipan::librarySetFrom(taipan::pendingSignals() & taipan::blockedSignals());
    return 0;
}

int sigsuspend(const sigset_t* set) {
    sigset_t before;
    pthread_sigmask(SIG_SETMASK, set, &before);
    taipan::shared_memory::publish();
    taipan::suspend(-1, taipan::Interruptible::Yes);
    taipan::shared_memory::exchange();
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
    errno = EINTR;
    return -1;
}

int sigtimedwait(const sigset_t* set, siginfo_t* result, const timespec* timeout) {
    taipan::takeSignals();
    double deadline = -1;
    if (timeout != nullptr) {
        if (timeout->tv_sec < 0 || timeout->tv_nsec < 0 || timeout->tv_nsec >= 1'000'000'000) {
            errno = EINVAL;
            return -1;
        }
        deadline = taipan::monotonicNow() + static_cast<double>(timeout->tv_sec) * 1e3 +
                   static_cast<double>(timeout->tv_nsec) / 1e6;
    }
    return taipan::information(taipan::waitForSignal(taipan::signalSetFrom(*set), deadline), result);
}

int sigwaitinfo(const sigset_t* set, siginfo_t* result) {
    return sigtimedwait(set, result, nullptr);
}

int sigwait(const sigset_t* set, int* result) {
    do {
        *result = sigtimedwait(set, nullptr, nullptr);
    } while (*result < 0 && errno == EINTR);
    return *result < 0 ? errno : 0;
}

}  // extern "C"
