// SPDX-License-Identifier: Apache-2.0
// Tells Emscripten's linker the names of the host's functions (host_imports.h). What stands here is never called: the
// host replaces each import before it instantiates the module, and a host that forgets one gets this error.
const absent = (name) => `() => { throw new Error("this host does not supply ${name}"); }`;

addToLibrary(
  Object.fromEntries(
    [
      "taipan_sleep",
      "taipan_yield",
      "taipan_take_signal",
      "taipan_adapt_call",
    ].map((name) => [name, absent(name)]),
  ),
);
