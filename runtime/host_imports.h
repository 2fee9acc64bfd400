// SPDX-License-Identifier: Apache-2.0
// What the interpreter asks of the host that runs it: the one list of imports named taipan_*.
//
// host_imports.js tells the Emscripten linker about them; the host (web/common) puts the real functions in
// their place. Only the Emscripten build has them; a WASI engine offers nothing beyond preview 1. Functions
// marked "suspends" are wrapped by WebAssembly.Suspending where the host can: other Python threads and the
// event loop run meanwhile, so no JavaScript frame may be on the stack when they are called.
#pragma once

#ifdef __EMSCRIPTEN__

#include <stddef.h>
#include <stdint.h>

#define TAIPAN_HOST_IMPORT __attribute__((import_module("env")))

extern "C" {

// Waits, for `thread`, until taipan_wake is called for it (0), until `milliseconds` are over if they are not
// negative (1), or, if it may be interrupted, until there is a signal (2). 3 at once from a host that cannot
// suspend, where only time can be waited for. Suspends.
TAIPAN_HOST_IMPORT int32_t taipan_wait(uintptr_t thread, double milliseconds, int32_t may_be_interrupted);

// Ends the wait of a thread, if it waits.
TAIPAN_HOST_IMPORT void taipan_wake(uintptr_t thread);

// Has taipan_thread_main called with `thread`, on a stack of its own, when the thread that runs waits.
// Returns 0, or 1 from a host that cannot.
TAIPAN_HOST_IMPORT int32_t taipan_thread_start(uintptr_t thread);

// Waits until a descriptor may be ready to be read or written (0), or a signal interrupts that (2); 3 at once
// for what is not to be waited for. Suspends.
TAIPAN_HOST_IMPORT int32_t taipan_wait_descriptor(uintptr_t thread, int32_t descriptor, int32_t is_write,
                                                  int32_t may_be_interrupted);

// As taipan_wait, until one of the descriptors may have become ready (0). Suspends.
TAIPAN_HOST_IMPORT int32_t taipan_wait_descriptors(uintptr_t thread, const struct pollfd* descriptors,
                                                   size_t count, double milliseconds,
                                                   int32_t may_be_interrupted);

// The kernel (kernel/protocol.h). The request is `size` bytes at `message`; of the reply the part in front of
// the data goes to `header`, and as much of the data as there is room for to `data`. `ends` says what has the
// kernel answer at once: bit 0 a signal (then 2 is returned), bit 1 standard input (0, as for any answer). 3
// from a host that cannot suspend, when the answer is not there at once. Suspends.
TAIPAN_HOST_IMPORT int32_t taipan_kernel_ask(const void* message, size_t size, void* header, void* data,
                                             size_t room, int32_t ends);

// The same for a request of whose reply nobody wants to know.
TAIPAN_HOST_IMPORT void taipan_kernel_tell(const void* message, size_t size);

// Lets other processes have what they have asked of the kernel, when that is here, without a turn of the
// event loop: for a program that computes.
TAIPAN_HOST_IMPORT void taipan_kernel_serve();

// The kernel's number for a descriptor; negative for all others.
TAIPAN_HOST_IMPORT int32_t taipan_kernel_handle(int32_t descriptor);

// A descriptor for the kernel's number, with flags of open(2) and the file type of st_mode; or a negative
// error.
TAIPAN_HOST_IMPORT int32_t taipan_kernel_open(int32_t handle, int32_t flags, int32_t type);

// The kernel's number for a descriptor's open file, by which it is locked, or a negative error; afterwards
// the process is not alone any more. Suspends.
TAIPAN_HOST_IMPORT int32_t taipan_lock_open(int32_t descriptor);

// For messages that carry descriptors: a descriptor of the kernel's that stands for one that it does not
// have; and a descriptor for one that has come so, which is closed. `closes_on_exec` is the new one's;
// `keeps` says that the message is still there, to be received again. Or a negative error. Both suspend.
TAIPAN_HOST_IMPORT int32_t taipan_pass_file(int32_t descriptor);
TAIPAN_HOST_IMPORT int32_t taipan_take_file(int32_t handle, int32_t closes_on_exec, int32_t keeps);

// Whether no other process can see the files of this one, so that record locks are in nobody's way; and then
// what becomes of them: one is set or removed (0: up to the end), for the time when there will be another.
TAIPAN_HOST_IMPORT int32_t taipan_is_alone();
TAIPAN_HOST_IMPORT void taipan_keep_record(int32_t descriptor, int32_t type, int64_t start, int64_t length);

// Starts a program (processes/spawn.h): its pid or a negative error; from -4096 on it is the directory that
// could not be entered. It never returns when the program has taken the place of this one. Suspends.
TAIPAN_HOST_IMPORT int32_t taipan_spawn(const struct SpawnCall* call);

// Of this process, and of whom it belongs to.
TAIPAN_HOST_IMPORT int32_t taipan_process_id();
TAIPAN_HOST_IMPORT int32_t taipan_user_id();
TAIPAN_HOST_IMPORT int32_t taipan_group_id();

// The groups of whom it belongs to, as many as there is room for; gives how many there are.
TAIPAN_HOST_IMPORT int32_t taipan_groups(uint32_t* groups, size_t room);

// Allows descriptors below `limit`, unless that is negative; gives the limit until now.
TAIPAN_HOST_IMPORT int32_t taipan_limit_descriptors(int32_t limit);

// The signals that whoever started this process had it ignore (0) or block (1); signal n is bit n - 1.
TAIPAN_HOST_IMPORT uint64_t taipan_inherited_signals(int32_t which);

// Whether standard input is among these and has nothing to read yet.
TAIPAN_HOST_IMPORT int32_t taipan_awaits_input(const struct pollfd* descriptors, size_t count);

// Messages of taipan.js (js_bridge.cpp): a descriptor from which the host's are read, or a negative error
// (suspends); and one to the host, UTF-8.
TAIPAN_HOST_IMPORT int32_t taipan_js_open();
TAIPAN_HOST_IMPORT void taipan_js_send(const char* text, size_t size);

// Gives the host's event loop one turn. Suspends.
TAIPAN_HOST_IMPORT int32_t taipan_yield();

// How many milliseconds the program has spent in waits.
TAIPAN_HOST_IMPORT double taipan_idle_time();

// How many bytes of stack WebAssembly may use here.
TAIPAN_HOST_IMPORT int32_t taipan_stack_size();

// Takes a signal that has come from outside: its number, or 0 when there is none.
TAIPAN_HOST_IMPORT int32_t taipan_take_signal();

// Ends what the main thread waits for as a signal does, if that may be interrupted.
TAIPAN_HOST_IMPORT void taipan_interrupt();

// Says what is to become of a signal from outside: 0 what its default is, 1 nothing, 2 it comes to us.
TAIPAN_HOST_IMPORT void taipan_watch_signal(int32_t signal, int32_t disposition);

// Does what a signal does by default; it returns only from what stops the program and lets it go on.
TAIPAN_HOST_IMPORT void taipan_default_action(int32_t signal);

// Has SIGALRM come after `first` milliseconds and then after each `interval`, if that is not 0; a `first` of
// 0 ends it.
TAIPAN_HOST_IMPORT void taipan_set_alarm(double first, double interval);

// Gives a function that takes exactly `arity` words and returns one: `function` itself when its type says so,
// else an adapter that drops what `function` does not take. Both are indices into the function table.
TAIPAN_HOST_IMPORT int32_t taipan_adapt_call(int32_t function, int32_t arity);

// libffi's calls and closures (ffi.cpp says what the letters and the slots are). `parameters` are `count`
// letters, `result` is one or 0; functions are indices into the function table.

// A thunk for functions of this type.
TAIPAN_HOST_IMPORT int32_t taipan_ffi_thunk(const char* parameters, int32_t count, int32_t result);

// A thunk that calls `function`, which is not of this type, with what it takes of these arguments; 0 when
// they are not what it takes.
TAIPAN_HOST_IMPORT int32_t taipan_ffi_fit(void (*function)(), const char* parameters, int32_t count,
                                          int32_t result);

// An index for a closure; 0 when the table cannot grow.
TAIPAN_HOST_IMPORT int32_t taipan_ffi_reserve();

// Puts a function of this type at a reserved index: what it is called with goes to `run`.
TAIPAN_HOST_IMPORT void taipan_ffi_bind(int32_t index, const char* parameters, int32_t count, int32_t result,
                                        void* closure,
                                        void (*run)(void* closure, uint64_t* slots, uint64_t* value));

// Gives a reserved index back.
TAIPAN_HOST_IMPORT void taipan_ffi_release(int32_t index);

}  // extern "C"

#endif
