// SPDX-License-Identifier: Apache-2.0
// Signals of the program, for Emscripten, whose own know of nobody who waits. Handlers run at once in the
// thread that finds the signal: CPython's only leave a note for the main thread, which is woken if it waits.
#pragma once

#include <signal.h>
#include <stdint.h>
#include <sys/resource.h>

namespace taipan {

struct Thread;

/// Bit N - 1 is signal N.
using SignalSet = uint64_t;

constexpr SignalSet setOf(int signal) {
    return SignalSet{1} << (signal - 1);
}

/// Below _NSIG, and no less than 1.
bool isSignal(int signal);

/// For the whole program, or for one thread of it: handled, ignored, left waiting while it is blocked, or the
/// end.
void deliverSignal(int signal);
void deliverSignal(int signal, Thread& thread);

/// Delivers what has come from outside meanwhile. Whether there was anything.
bool takeSignals();

/// Delivers what waits for the calling thread and is not blocked any more.
void deliverUnblocked();

/// Takes one of `wanted` that waits for the calling thread; 0 when none does.
int takePending(SignalSet wanted);
SignalSet pendingSignals();

/// Waits until one of `wanted` is there for the calling thread, or until `deadline` (suspension.h; negative:
/// none). Returns it, or 0 with EAGAIN or EINTR in errno.
int waitForSignal(SignalSet wanted, double deadline);

/// To be called when the main thread blocks other signals than before.
void blocksChanged(SignalSet before, SignalSet after);

/// The signals that this program ignores.
SignalSet ignoredSignals();

/// Has what whoever started this program wants to be ignored and blocked. To be called before all else.
void inheritSignals();

/// What the calling thread blocks.
SignalSet& blockedSignals();

/// The C library's sets.
SignalSet signalSetFrom(const sigset_t& set);
sigset_t librarySetFrom(SignalSet set);

/// Delivers the signals of timers that measure the program's own time, if they are due, and of its limits.
void checkProgramTimers();

/// RLIMIT_CPU, in seconds: SIGXCPU each second from `soft` on, and SIGKILL at `hard`.
void limitCpuTime(rlim_t soft, rlim_t hard);

}  // namespace taipan
