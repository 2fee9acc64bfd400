// SPDX-License-Identifier: Apache-2.0
// How deep C code may recurse in a compiled program.
#pragma once

// From here on, for the thread that runs: as deep as the stack of every engine allows.
void limitRecursion();
