// SPDX-License-Identifier: Apache-2.0
#include "wasm/compilation_hints.h"

#include <set>

#include "wasm/byte_writer.h"

namespace taipan::wasm {

void addCompilationHints(Module& module, std::span<const uint32_t> functions) {
    const uint32_t imported = module.importedCount(ExternKind::Function);
    std::set<uint32_t> known;
    for (const uint32_t function : functions) {
        if (function >= imported && function - imported < module.functions.size())
            known.insert(function);
    }
    ByteWriter writer;
    writer.u32(static_cast<uint32_t>(known.size()));
    for (const uint32_t function : known) {
        writer.u32(function);
        writer.u32(0);  // about the whole function, not an instruction in it
        writer.u32(1);  // the size of the hint
        writer.u32(0);  // its priority: first
    }
    module.customs.push_back(
        {"metadata.code.compilation_priority", module.keep(std::move(writer).take()), SectionId::Element});
}

}  // namespace taipan::wasm
