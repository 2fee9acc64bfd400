// SPDX-License-Identifier: Apache-2.0
#include "wasm/function_body.h"

#include "wasm/type_encoding.h"

namespace taipan::wasm {

ByteReader instructionsOf(const Function& function) {
    ByteReader reader(function.body, function.body_offset);
    const uint32_t groups = reader.u32();
    for (uint32_t i = 0; i < groups && !reader.failed(); ++i) {
        reader.u32();
        readValueType(reader);
    }
    return reader;
}

}  // namespace taipan::wasm
