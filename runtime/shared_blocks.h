// SPDX-License-Identifier: Apache-2.0
// The extension module _taipan_blocks: bytes that processes share, for multiprocessing.coherent.
#pragma once

#include <Python.h>

PyMODINIT_FUNC PyInit__taipan_blocks();
