// SPDX-License-Identifier: Apache-2.0
// What becomes of a signal: sigaction, raise, kill, pthread_kill.
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <unistd.h>

#include <array>

#include "../host_imports.h"
#include "../kernel_client.h"
#include "../shared_memory/mappings.h"
#include "../suspension.h"
#include "../threads/thread.h"
#include "signals.h"

namespace taipan {

namespace {

// What the host is told of a signal's action.
enum Disposition : int32_t { kDefault, kIgnored, kHandled };

struct State {
    std::array<struct sigaction, _NSIG> actions;
    SignalSet pending;  // for any thread
    WaitQueue waiting;  // in sigwait
};

// Of a program there is one.
State state;

bool isIgnoredByDefault(int signal) {
    return signal == SIGCHLD || signal == SIGCONT || signal == SIGURG || signal == SIGWINCH;
}

void callHandler(int signal) {
    const struct sigaction action = state.actions[static_cast<size_t>(signal)];
    SignalSet& blocked = blockedSignals();
    const SignalSet before = blocked;
    blocked |= signalSetFrom(action.sa_mask) | ((action.sa_flags & SA_NODEFER) != 0 ? 0 : setOf(signal));
    if ((action.sa_flags & SA_RESETHAND) != 0)
        state.actions[static_cast<size_t>(signal)].sa_handler = SIG_DFL;
    if ((action.sa_flags & SA_SIGINFO) != 0) {
        siginfo_t information{};
        information.si_signo = signal;
        action.sa_sigaction(signal, &information, nullptr);
    } else {
        action.sa_handler(signal);
    }
    blocked = before;
}

void act(int signal) {
    const auto handler = state.actions[static_cast<size_t>(signal)].sa_handler;
    if (handler == SIG_IGN || (handler == SIG_DFL && isIgnoredByDefault(signal)))
        return;
    if (handler == SIG_DFL) {
        taipan_default_action(signal);
        return;
    }
    callHandler(signal);
    taipan_interrupt();  // handlers in Python run in the main thread
}

// What is blocked comes here, too, and waits here.
Disposition dispositionOf(int signal, SignalSet blocked) {
    const struct sigaction& action = state.actions[static_cast<size_t>(signal)];
    if ((blocked & setOf(signal)) != 0)
        return kHandled;
    return action.sa_handler == SIG_DFL ? kDefault : action.sa_handler == SIG_IGN ? kIgnored : kHandled;
}

}  // namespace

bool isSignal(int signal) {
    return signal > 0 && signal < _NSIG;
}

void deliverSignal(int signal) {
    // The main thread takes what it does not block, as it is the one that handles it.
    if ((mainThread().blocked & setOf(signal)) == 0) {
        act(signal);
        return;
    }
    Thread& thread = currentThread();
    if ((thread.blocked & setOf(signal)) == 0) {
        act(signal);
        return;
    }
    state.pending |= setOf(signal);
    state.waiting.wakeAll();
}

void deliverSignal(int signal, Thread& thread) {
    if ((thread.blocked & setOf(signal)) == 0) {
        act(signal);
        return;
    }
    thread.pending |= setOf(signal);
    state.waiting.wakeAll();
}

void blocksChanged(SignalSet before, SignalSet after) {
    for (int signal = 1; signal < _NSIG; ++signal) {
        const Disposition disposition = dispositionOf(signal, after);
        if (disposition != dispositionOf(signal, before))
            taipan_watch_signal(signal, disposition);
    }
}

SignalSet ignoredSignals() {
    SignalSet ignored = 0;
    for (int signal = 1; signal < _NSIG; ++signal) {
        if (state.actions[static_cast<size_t>(signal)].sa_handler == SIG_IGN)
            ignored |= setOf(signal);
    }
    return ignored;
}

void inheritSignals() {
    const SignalSet ignored = taipan_inherited_signals(0);
    for (int signal = 1; signal < _NSIG; ++signal) {
        if ((ignored & setOf(signal)) != 0)
            state.actions[static_cast<size_t>(signal)].sa_handler = SIG_IGN;
    }
    mainThread().blocked = taipan_inherited_signals(1);
    blocksChanged(0, mainThread().blocked);
    // The kernel has kept them until now; from here on they are kept here.
    if (mainThread().blocked != 0)
        tellKernel(kernel::SetMask{kernel::SetMask::How::Set, 0});
}

bool takeSignals() {
    bool any = false;
    while (const int signal = taipan_take_signal()) {
        any = true;
        deliverSignal(signal);
    }
    return any;
}

SignalSet pendingSignals() {
    return state.pending | currentThread().pending;
}

int takePending(SignalSet wanted) {
    Thread& thread = currentThread();
    for (int signal = 1; signal < _NSIG; ++signal) {
        if ((wanted & setOf(signal) & (state.pending | thread.pending)) == 0)
            continue;
        SignalSet& from = (thread.pending & setOf(signal)) != 0 ? thread.pending : state.pending;
        from &= ~setOf(signal);
        return signal;
    }
    return 0;
}

void deliverUnblocked() {
    while (const int signal = takePending(~blockedSignals()))
        act(signal);
}

SignalSet& blockedSignals() {
    return currentThread().blocked;
}

int waitForSignal(SignalSet wanted, double deadline) {
    shared_memory::publish();
    for (;;) {
        if (const int signal = takePending(wanted)) {
            shared_memory::exchange();
            return signal;
        }
        if (!state.waiting.wait(deadline, true)) {
            const int reason = errno == ETIMEDOUT ? EAGAIN : errno;
            // What came from outside may be what is waited for.
            if (const int signal = takePending(wanted))
                return signal;
            errno = reason;
            return 0;
        }
    }
}

}  // namespace taipan

using taipan::deliverSignal;
using taipan::isSignal;

extern "C" {

int __sigaction(int signal, const struct sigaction* action, struct sigaction* old) {
    if (!isSignal(signal) || (action != nullptr && (signal == SIGKILL || signal == SIGSTOP))) {
        errno = EINVAL;
        return -1;
    }
    struct sigaction& kept = taipan::state.actions[static_cast<size_t>(signal)];
    if (old != nullptr)
        *old = kept;
    if (action != nullptr) {
        kept = *action;
        taipan_watch_signal(signal, taipan::dispositionOf(signal, taipan::mainThread().blocked));
    }
    return 0;
}

int sigaction(int signal, const struct sigaction* action, struct sigaction* old) {
    return __sigaction(signal, action, old);
}

int raise(int signal) {
    if (!isSignal(signal)) {
        errno = EINVAL;
        return -1;
    }
    deliverSignal(signal, taipan::currentThread());
    return 0;
}

int pthread_kill(pthread_t id, int signal) {
    if (signal != 0 && !isSignal(signal))
        return EINVAL;
    taipan::Thread& thread = taipan::threadOf(id);
    if (thread.has_ended)
        return ESRCH;
    if (signal != 0)
        deliverSignal(signal, thread);
    return 0;
}

int kill(pid_t process, int signal) {
    if (signal != 0 && !isSignal(signal)) {
        errno = EINVAL;
        return -1;
    }
    // Nobody has to be asked about oneself.
    if (process == getpid() && signal != SIGKILL && signal != SIGSTOP) {
        if (signal != 0)
            deliverSignal(signal);
        return 0;
    }
    const taipan::KernelAnswer answer = taipan::askKernel(taipan::kernel::Kill{{process}, signal});
    taipan::takeSignals();  // it may have been for oneself
    return static_cast<int>(taipan::resultOf(answer));
}

int killpg(pid_t group, int signal) {
    return kill(group == 0 ? 0 : -group, signal);
}

int pause() {
    // Only the main thread is interrupted by signals.
    taipan::shared_memory::publish();
    taipan::suspend(-1, taipan::Interruptible::Yes);
    taipan::shared_memory::exchange();
    errno = EINTR;
    return -1;
}

}  // extern "C"
