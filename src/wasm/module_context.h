// SPDX-License-Identifier: Apache-2.0
//
// What a function of a module may refer to: the index spaces, imports first.
#pragma once

#include <vector>

#include "wasm/module.h"
#include "wasm/type_table.h"

namespace taipan::wasm {

struct ModuleContext {
    TypeTable types;
    std::vector<uint32_t> functions;  ///< the type of each
    std::vector<TableType> tables;
    std::vector<MemoryType> memories;
    std::vector<GlobalType> globals;
    std::vector<uint32_t> tags;             ///< the type of each
    std::vector<ValueType> elements;        ///< of each segment
    std::vector<bool> referable_functions;  ///< ref.func may name them: they occur outside of code
    std::optional<uint32_t> data_count;
};

}  // namespace taipan::wasm
