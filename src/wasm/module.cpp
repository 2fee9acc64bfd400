// SPDX-License-Identifier: Apache-2.0
#include "wasm/module.h"

#include <algorithm>

namespace taipan::wasm {

uint32_t Module::importedCount(ExternKind kind) const {
    return static_cast<uint32_t>(std::ranges::count(imports, kind, &Import::kind));
}

const Export* Module::findExport(std::string_view name, ExternKind kind) const {
    const auto found = std::ranges::find_if(
        exports, [&](const Export& one) { return one.name == name && one.kind == kind; });
    return found == exports.end() ? nullptr : &*found;
}

}  // namespace taipan::wasm
