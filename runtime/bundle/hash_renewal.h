// SPDX-License-Identifier: Apache-2.0
// Hashes of strings depend on a secret, which each start of a program has to choose anew. A snapshot is full
// of them: in the strings themselves, and as the places of keys in dicts and sets.
#pragma once

// Finds all that depends on the secret and keeps a list of it; the last thing before a snapshot is taken: no
// Python can run after it.
// False when there is no memory for the list, with an exception set.
bool recordHashes();

// Chooses the secret, as PYTHONHASHSEED says, and puts what was found in order. Before anything else runs.
void renewHashes();

// Those whose keys have a __hash__ in Python: when Python can run.
void renewPythonHashes();
