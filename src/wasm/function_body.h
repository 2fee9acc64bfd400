// SPDX-License-Identifier: Apache-2.0
//
// Goes through the instructions of a function without checking them.
#pragma once

#include "wasm/byte_reader.h"
#include "wasm/instructions.h"
#include "wasm/module.h"

namespace taipan::wasm {

/// A reader behind the locals of a body.
ByteReader instructionsOf(const Function& function);

/// Calls visit(instruction) for each until it returns false. False if it did, or if the code cannot be read.
template <typename Visit>
bool forEachInstruction(ByteReader reader, Visit visit) {
    Instruction instruction;
    while (!reader.failed() && !reader.atEnd()) {
        if (!readInstruction(reader, instruction) || !visit(instruction))
            return false;
    }
    return !reader.failed();
}

}  // namespace taipan::wasm
