// SPDX-License-Identifier: Apache-2.0
// Emscripten's glue gives every exported function of the main module a slot in the function table while it starts, for
// extension modules that may come later: a sixth of the time to start. Here the main module gives only what has
// been asked for; what a later module asks for is resolved as that is loaded (the glue's reportUndefinedSymbols), from
// the same exports.
addToLibrary({
  $updateGOT__internal: true,
  $updateGOT__deps: ["$GOT", "$isInternalSym", "$addFunction"],
  $updateGOT: (exports, replace) => {
    // Before the runtime is up there is only the main module.
    for (const name of Object.keys(runtimeInitialized ? exports : GOT)) {
      if (isInternalSym(name) || !Object.hasOwn(exports, name)) continue;
      GOT[name] ||= new WebAssembly.Global({ value: "i32", mutable: true });
      const address = exports[name];
      if (replace || GOT[name].value == 0)
        GOT[name].value = typeof address == "function" ? addFunction(address) : address;
    }
  },
});
