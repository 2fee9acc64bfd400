// SPDX-License-Identifier: Apache-2.0
//
// One instruction at a time: what it is, what stands behind it, and back to bytes. The table is opcodes.inc.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "wasm/byte_reader.h"
#include "wasm/byte_writer.h"
#include "wasm/types.h"

namespace taipan::wasm {

enum class Opcode : uint32_t {
#define OPCODE(identifier, code, name, immediates, width, signature) identifier = (code),
#include "wasm/opcodes.inc"
#undef OPCODE
};

/// What stands behind an opcode, and which members of an Instruction it fills.
enum class Immediates : uint8_t {
    None,
    BlockType,     ///< block
    TryTable,      ///< block, catches
    LabelTable,    ///< labels; index is the one for all other values
    ValueTypes,    ///< types
    Label,         ///< index: how many blocks further out; from here on one index
    Function,      ///< index
    Local,         ///< index
    Global,        ///< index
    Table,         ///< index
    Memory,        ///< index
    Tag,           ///< index
    Data,          ///< index
    Element,       ///< index
    Type,          ///< index
    TypeTable,     ///< index: the type; second: the table; from here on two indices
    TypeField,     ///< index: the type; second: the field
    TypeCount,     ///< index: the type; second: how many
    TypeData,      ///< index: the type; second: the segment
    TypeElement,   ///< index: the type; second: the segment
    TypeType,      ///< index: of the destination; second: of the source
    DataMemory,    ///< index: the segment; second: the memory
    ElementTable,  ///< index: the segment; second: the table
    MemoryMemory,  ///< index: the destination; second: the source
    TableTable,    ///< index: the destination; second: the source
    HeapType,      ///< heap; from here on others
    Cast,          ///< index: the label; from, to
    Access,        ///< index: the memory; alignment; bits: the offset
    AccessLane,    ///< the same, and lane
    Atomic,        ///< as Access
    Lane,          ///< lane
    Shuffle,       ///< bytes: sixteen lanes
    Bytes16,       ///< bytes
    I32,           ///< bits, extended with the sign
    I64,           ///< bits
    F32,           ///< bits
    F64,           ///< bits
    Zero,          ///< a byte that is zero
};

struct OpcodeInfo {
    Opcode opcode;
    std::string_view name;
    Immediates immediates;
    uint8_t width;               ///< of an access in bytes; for lanes, how many there are
    std::string_view signature;  ///< as opcodes.inc explains
};

/// Null if there is no such opcode.
const OpcodeInfo* findOpcode(uint32_t code);
const OpcodeInfo& infoOf(Opcode opcode);

/// Where it stands in the table, for tables beside it; below opcodeCount().
size_t ordinalOf(const OpcodeInfo& info);
size_t opcodeCount();

/// Of a block: no parameters and at most one result, or a function type of the module.
struct BlockType {
    enum class Kind : uint8_t { Empty, Value, Type } kind = Kind::Empty;
    ValueType value = {};
    uint32_t index = 0;
};

struct CatchClause {
    enum class Kind : uint8_t { Catch, CatchRef, CatchAll, CatchAllRef } kind = Kind::Catch;
    uint32_t tag = 0;
    uint32_t label = 0;
    bool hasTag() const { return kind == Kind::Catch || kind == Kind::CatchRef; }
    bool hasReference() const { return kind == Kind::CatchRef || kind == Kind::CatchAllRef; }
};

struct Instruction {
    Opcode opcode = Opcode::kNop;
    size_t offset = 0;  ///< in the file
    uint32_t index = 0;
    uint32_t second = 0;
    uint32_t alignment = 0;  ///< logarithm
    uint8_t lane = 0;
    uint64_t bits = 0;
    BlockType block = {};
    HeapType heap = {};
    ValueType from = {};
    ValueType to = {};
    std::array<uint8_t, 16> bytes = {};
    std::vector<uint32_t> labels = {};
    std::vector<CatchClause> catches = {};
    std::vector<ValueType> types = {};
};

/// Reads the next one into `instruction`, whose vectors are reused. False at the reader's first failure.
bool readInstruction(ByteReader& reader, Instruction& instruction);

void writeInstruction(ByteWriter& writer, const Instruction& instruction);

}  // namespace taipan::wasm
