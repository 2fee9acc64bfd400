// SPDX-License-Identifier: Apache-2.0
//
// Small modules for tests: instructions as values, and a module around a body.
#pragma once

#include <initializer_list>
#include <span>
#include <string>
#include <vector>

#include "wasm/instructions.h"
#include "wasm/module.h"
#include "wasm/type_encoding.h"

namespace taipan::wasm::testing {

/// An instruction with the numbers behind it, in their order.
inline Instruction op(Opcode opcode, uint64_t first = 0, uint32_t second = 0) {
    Instruction instruction;
    instruction.opcode = opcode;
    instruction.index = static_cast<uint32_t>(first);
    instruction.bits = first;
    instruction.second = second;
    return instruction;
}

/// A load or store at offset 0 of a memory.
inline Instruction access(Opcode opcode, uint32_t alignment = 0, uint32_t memory = 0, uint64_t offset = 0) {
    Instruction instruction = op(opcode, offset);
    instruction.index = memory;
    instruction.alignment = alignment;
    return instruction;
}

inline Instruction block(Opcode opcode, BlockType type = {}) {
    Instruction instruction = op(opcode);
    instruction.block = type;
    return instruction;
}

inline BlockType gives(ValueType type) {
    return {BlockType::Kind::Value, type, 0};
}

inline BlockType ofType(uint32_t index) {
    return {BlockType::Kind::Type, {}, index};
}

inline Instruction withHeap(Opcode opcode, HeapType heap) {
    Instruction instruction = op(opcode);
    instruction.heap = heap;
    return instruction;
}

using Code = std::vector<Instruction>;

inline std::vector<uint8_t> encode(const Code& code) {
    ByteWriter writer;
    for (const Instruction& instruction : code)
        writeInstruction(writer, instruction);
    writer.u8(static_cast<uint8_t>(Opcode::kEnd));
    return std::move(writer).take();
}

/// Locals one by one, then the code and its end.
inline std::vector<uint8_t> encodeBody(const std::vector<ValueType>& locals, const Code& code) {
    ByteWriter writer;
    writer.u32(static_cast<uint32_t>(locals.size()));
    for (const ValueType& local : locals) {
        writer.u32(1);
        writeValueType(writer, local);
    }
    writer.bytes(encode(code));
    return std::move(writer).take();
}

inline uint32_t addType(Module& module, SubType type) {
    const auto index = static_cast<uint32_t>(module.types.size());
    module.types.push_back(std::move(type));
    module.groups.push_back({index, 1, false});
    return index;
}

inline uint32_t addType(Module& module, FunctionType type) {
    SubType sub;
    sub.composite = std::move(type);
    return addType(module, std::move(sub));
}

inline uint32_t addFunction(Module& module, const FunctionType& type, const Code& code,
                            const std::vector<ValueType>& locals = {}) {
    const uint32_t index = addType(module, type);
    module.functions.push_back({index, module.keep(encodeBody(locals, code)), 0});
    return static_cast<uint32_t>(module.functions.size() - 1);
}

}  // namespace taipan::wasm::testing
