// SPDX-License-Identifier: Apache-2.0
// The one place through which every wait of the interpreter goes, for Emscripten: the WebAssembly stack of
// the calling thread is suspended in the host, and other threads run meanwhile.
#pragma once

#include <poll.h>
#include <stddef.h>

namespace taipan {

struct Thread;

enum class Wake {
    Woken,  // by wake()
    TimedOut,
    Signal,   // the program has got one; only for waits that may be interrupted
    Refused,  // this host cannot suspend WebAssembly
};

enum class Interruptible { No, Yes };

/// Waits for wake(), for `milliseconds` (for ever when they are negative), or for a signal. Signals interrupt
/// the main thread only, as it is the one that handles them.
Wake suspend(double milliseconds, Interruptible interruptible);

/// Ends the wait of a thread. A thread that does not wait does not notice.
void wake(Thread& thread);

enum class Direction { Read, Write };

/// Waits until a descriptor may be ready, or a signal as above. Refused at once when it is not to be waited
/// for: it never makes wait, it is not to block, or this host cannot suspend WebAssembly.
Wake waitForDescriptor(int descriptor, Direction direction);

/// Waits until one of `count` descriptors may have become ready, or as suspend() does.
Wake waitForDescriptors(const pollfd* descriptors, size_t count, double milliseconds);

/// Lets the host's event loop have a turn.
void yieldToHost();

/// Milliseconds of the clock that deadlines of waits are kept in; it only goes forward.
double monotonicNow();

}  // namespace taipan
