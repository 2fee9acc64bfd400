// SPDX-License-Identifier: Apache-2.0
// What an interpreter needs while it starts, or never in this program, does not belong into its snapshot.
#pragma once

// Before the interpreter is initialized: learns where the template of its state lies.
void findRuntimeTemplate();

// Clears, of what was read already: the template, the code of modules that `kept_code` (bundle/kept_code.py)
// has as objects, and modules that came with the interpreter and are not the program's. False with an
// exception set.
bool shedSpentData();

// Takes the documentation out of built-in types, functions and modules, but for their signatures. False with
// an exception set.
bool shedDocumentation();
