// SPDX-License-Identifier: Apache-2.0
// The eval loop's tick. On Emscripten it is what lets signals and messages reach a busy loop: it serves other
// processes each time, and suspends the interpreter for one turn of the event loop at most every
// kYieldInterval. On WASI, which has no event loop,
// it only sets the clock; entering the eval loop again is worth the tick by itself.
#include "eval_tick.h"

#include <Python.h>

#ifdef __EMSCRIPTEN__
#include <emscripten.h>

#include "host_imports.h"
#include "processes/spawn.h"
#include "shared_memory/mappings.h"
#include "signals/signals.h"
#include "suspension.h"
#include "threads/thread.h"
#endif

namespace {

// About 50 µs of Python: short against the yield interval, long against the cost of a tick.
constexpr int kTicksBetween = 4000;

#ifdef __EMSCRIPTEN__
// Milliseconds. Threads that wait for the interpreter's lock ask for it when their timers say so.
constexpr double kYieldInterval = 20.0;
constexpr double kYieldIntervalWithOthers = 2.0;

double next_yield = 0.0;
#endif

}  // namespace

extern "C" {

int _Py_emscripten_signal_clock = kTicksBetween;

void _Py_CheckEmscriptenSignals() {
#ifdef __EMSCRIPTEN__
    taipan::takeSignals();
#endif
}

void _Py_EvalTick() {
    _Py_emscripten_signal_clock = kTicksBetween;
#ifdef __EMSCRIPTEN__
    if (taipan::hasStartedProcesses())
        taipan_kernel_serve();
    const double now = emscripten_get_now();
    if (now < next_yield) {
        return;
    }
    taipan::yieldToHost();
    taipan::checkProgramTimers();
    // A handler expects what was written before the signal was sent.
    if (taipan::takeSignals())
        taipan::shared_memory::exchange();
    else
        taipan::shared_memory::exchangeSometimes();
    // Processes that were started from here may want something of the kernel, which is here.
    const bool has_others = taipan::otherThreads() > 0 || taipan::hasStartedProcesses();
    next_yield = emscripten_get_now() + (has_others ? kYieldIntervalWithOthers : kYieldInterval);
#endif
}

}  // extern "C"
