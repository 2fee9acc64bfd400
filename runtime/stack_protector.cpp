// SPDX-License-Identifier: Apache-2.0
// What the distribution's compiler runtime for WASI asks for when it finds a broken stack.
#include <stdint.h>

extern "C" {

uintptr_t __stack_chk_guard = 0x2fa5c3d1U;

[[noreturn]] void __stack_chk_fail() {
  __builtin_trap();
}

}  // extern "C"
