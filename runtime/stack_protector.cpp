// SPDX-License-Identifier: Apache-2.0
// What the distribution's compiler runtime for WASI asks for when it finds a broken stack.

extern "C" {

__UINTPTR_TYPE__ __stack_chk_guard = 0x2fa5c3d1U;

[[noreturn]] void __stack_chk_fail() {
    __builtin_trap();
}

}  // extern "C"
