// SPDX-License-Identifier: Apache-2.0
// The eval loop's tick: what happens when CPython's clock (see the patch "reenter") has run down.
#pragma once

extern "C" {

// Function starts and backward jumps left until the next tick.
extern int _Py_emscripten_signal_clock;

// Sets the clock again; lets the event loop of the host run when it has not for some time.
void _Py_EvalTick();

// Hands a signal that the host holds for us to CPython's signal module.
void _Py_CheckEmscriptenSignals();

}  // extern "C"
