// SPDX-License-Identifier: Apache-2.0
// A compiled program's snapshot: an interpreter that has imported what the program wants, as it lies in
// memory. `taipan compile` runs the linked program up to that point (taipan_prepare), and writes its memory
// back into the module; what starts from there makes anew what belongs to a process and not to a program.
#pragma once

// Says it and ends the process. Until hashes are renewed Python cannot: it could not find a name in a dict.
[[noreturn]] void failStart(const char* reason);

// Imports what the plan on standard input says (cpython/3.13/bundle/snapshot.py). False with an exception
// set. REQUIRES: an initialized interpreter.
bool prepareSnapshot(bool sheds_documentation);

// Makes anew: hash secret, environment, arguments, folders, standard streams, and what Python modules ask
// for. False with an exception set.
bool startFromSnapshot(int argc, char** argv);

// Does what programs like this one may do, as standard input says. False with an exception set.
bool rehearseProgram();
