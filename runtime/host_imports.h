// SPDX-License-Identifier: Apache-2.0
// What the interpreter asks of the host that runs it: the one list of imports named taipan_*.
//
// host_imports.js tells the Emscripten linker about them; the host (web/common) puts the real functions in their place.
// Only the Emscripten build has them; a WASI engine offers nothing beyond preview 1. Functions marked "suspends" are
// wrapped by WebAssembly.Suspending where the host can: other Python threads and the event loop run meanwhile, so no
// JavaScript frame may be on the stack when they are called.
#pragma once

#ifdef __EMSCRIPTEN__

#include <stdint.h>

#define TAIPAN_HOST_IMPORT __attribute__((import_module("env")))

extern "C" {

// Sleeps. Suspends. Returns 0, or -EINTR when a signal came first.
TAIPAN_HOST_IMPORT int32_t taipan_sleep(double milliseconds);

// Gives the host's event loop one turn. Suspends.
TAIPAN_HOST_IMPORT int32_t taipan_yield();

// Takes the signal that waits for this program: its number, or 0 when there is none.
TAIPAN_HOST_IMPORT int32_t taipan_take_signal();

// Gives a function that takes exactly `arity` words and returns one: `function` itself when its type says so, else an
// adapter that drops what `function` does not take. Both are indices into the function table.
TAIPAN_HOST_IMPORT int32_t taipan_adapt_call(int32_t function, int32_t arity);

}  // extern "C"

#endif
