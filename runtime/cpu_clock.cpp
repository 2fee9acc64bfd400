// SPDX-License-Identifier: Apache-2.0
// CPU time, for Emscripten, whose own clock() goes on while the program waits. Linked with --wrap.
#include "cpu_clock.h"

#include <emscripten.h>
#include <time.h>

#include "host_imports.h"

namespace taipan {

double cpuNow() {
    return emscripten_get_now() - taipan_idle_time();
}

}  // namespace taipan

extern "C" clock_t __wrap_clock() {
    // Subtracted before rounding, or the clock would now and then step back.
    constexpr double kClocksPerMillisecond = CLOCKS_PER_SEC / 1e3;
    return static_cast<clock_t>(taipan::cpuNow() * kClocksPerMillisecond);
}
