// SPDX-License-Identifier: Apache-2.0
// Tells Emscripten's linker the names of the host's functions (host_imports.h). What stands here is never called: the
// host replaces each import before it instantiates the module, and a host that forgets one gets this error.
const absent = (name) => `() => { throw new Error("this host does not supply ${name}"); }`;

addToLibrary(
  Object.fromEntries(
    [
      "taipan_wait",
      "taipan_wake",
      "taipan_thread_start",
      "taipan_wait_descriptor",
      "taipan_wait_descriptors",
      "taipan_kernel_ask",
      "taipan_kernel_tell",
      "taipan_kernel_serve",
      "taipan_kernel_handle",
      "taipan_kernel_open",
      "taipan_lock_open",
      "taipan_is_alone",
      "taipan_keep_record",
      "taipan_spawn",
      "taipan_js_open",
      "taipan_js_send",
      "taipan_process_id",
      "taipan_user_id",
      "taipan_group_id",
      "taipan_groups",
      "taipan_limit_descriptors",
      "taipan_inherited_signals",
      "taipan_awaits_input",
      "taipan_yield",
      "taipan_idle_time",
      "taipan_take_signal",
      "taipan_interrupt",
      "taipan_watch_signal",
      "taipan_default_action",
      "taipan_set_alarm",
      "taipan_stack_size",
      "taipan_adapt_call",
      "taipan_ffi_thunk",
      "taipan_ffi_fit",
      "taipan_ffi_reserve",
      "taipan_ffi_bind",
      "taipan_ffi_release",
    ].map((name) => [name, absent(name)]),
  ),
);
