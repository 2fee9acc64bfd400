// SPDX-License-Identifier: Apache-2.0
// The extension module _taipan_js: messages between Python and the JavaScript around it, for taipan.js.
#pragma once

#include <Python.h>

PyMODINIT_FUNC PyInit__taipan_js();
