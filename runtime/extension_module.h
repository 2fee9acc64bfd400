// SPDX-License-Identifier: Apache-2.0
// Extension modules of ours: functions, and no state.
#pragma once

#include <Python.h>

namespace taipan {

/// `methods` ends with an entry of null pointers.
constexpr PyModuleDef moduleOf(const char* name, PyMethodDef* methods) {
    return {
        .m_base = PyModuleDef_HEAD_INIT,
        .m_name = name,
        .m_doc = nullptr,
        .m_size = 0,
        .m_methods = methods,
        .m_slots = nullptr,
        .m_traverse = nullptr,
        .m_clear = nullptr,
        .m_free = nullptr,
    };
}

}  // namespace taipan
