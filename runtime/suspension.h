// SPDX-License-Identifier: Apache-2.0
// The one place through which every wait of the interpreter goes, for Emscripten: the WebAssembly stack of
// the calling thread is suspended in the host, and other threads run meanwhile.
#pragma once

#include <poll.h>
#include <stddef.h>
#include <stdint.h>

#include <array>

#include "signals/signals.h"
#include "threads/thread.h"

namespace taipan {

enum class Wake {
    Woken,  // by wake()
    TimedOut,
    Signal,   // the program has got one; only for waits that may be interrupted
    Refused,  // this host cannot suspend WebAssembly
};

enum class Interruptible { No, Yes };

/// What belongs to the thread that runs and stands in places that all threads share: taken along by a thread
/// that waits, and put back when it goes on.
class Context {
  public:
    Context();
    void restore() const;

  private:
    Thread* thread_;
    uintptr_t stack_;
    int error_;
    std::array<void*, kThreadLocals.size()> locals_;
};

/// Makes a call of the host that may suspend the calling thread, whom it is told of. `call` gives a Wake as a
/// number.
template <typename Call>
Wake suspendIn(Call call) {
    const Context context;
    const auto result = static_cast<Wake>(call(reinterpret_cast<uintptr_t>(&currentThread())));
    context.restore();
    if (result == Wake::Signal)
        takeSignals();
    return result;
}

/// What is to be done around each wait for descriptors: before it, and after one that a signal has ended. It
/// may suspend, so it is nothing for waits in a queue, where a thread stands already when it is suspended.
struct WaitHooks {
    void (*before)();
    void (*interrupted)();
};
void setWaitHooks(const WaitHooks& hooks);

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
