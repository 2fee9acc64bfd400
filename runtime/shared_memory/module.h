// SPDX-License-Identifier: Apache-2.0
// The extension module _taipan_blocks: memory of one process becomes shared, for
// multiprocessing.shared_arena.
#pragma once

#include <Python.h>

PyMODINIT_FUNC PyInit__taipan_blocks();
