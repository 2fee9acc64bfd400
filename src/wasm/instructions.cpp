// SPDX-License-Identifier: Apache-2.0
//
// Immediates are read and written side by side here, so that the two cannot drift apart.
#include "wasm/instructions.h"

#include <fmt/format.h>

#include <algorithm>

#include "wasm/type_encoding.h"

namespace taipan::wasm {

namespace {

constexpr auto kOpcodes = std::to_array<OpcodeInfo>({
#define OPCODE(identifier, code, name, immediates, width, signature) \
    {Opcode::identifier, name, Immediates::immediates, width, signature},
#include "wasm/opcodes.inc"
#undef OPCODE
});

constexpr uint8_t kFirstPrefix = 0xfb;
constexpr uint8_t kLastPrefix = 0xfe;
constexpr unsigned kPrefixShift = 16;
constexpr uint32_t kLargestPrefixed = 0x1ff;

/// Position in the table + 1 by opcode, 0 where there is none: first the plain ones, then a block for each
/// prefix.
constexpr auto kPositions = [] {
    std::array<uint16_t, 256 + (kLastPrefix - kFirstPrefix + 1) * (kLargestPrefixed + 1)> positions{};
    for (size_t i = 0; i < kOpcodes.size(); ++i) {
        const auto code = static_cast<uint32_t>(kOpcodes[i].opcode);
        const uint32_t prefix = code >> kPrefixShift;
        const uint32_t slot =
            prefix == 0 ? code
                        : 256 + (prefix - kFirstPrefix) * (kLargestPrefixed + 1) + (code & kLargestPrefixed);
        positions[slot] = static_cast<uint16_t>(i + 1);
    }
    return positions;
}();

constexpr bool hasTwoIndices(Immediates immediates) {
    return immediates >= Immediates::TypeTable && immediates <= Immediates::TableTable;
}

constexpr bool hasIndex(Immediates immediates) {
    return immediates >= Immediates::Label && immediates <= Immediates::TableTable;
}

constexpr uint8_t kEmptyBlock = 0x40;
constexpr uint32_t kMemoryIndexFlag = 0x40;
constexpr uint32_t kLargestAlignment = 0x3f;

BlockType readBlockType(ByteReader& reader) {
    const ByteReader start = reader;
    const uint8_t byte = reader.u8();
    if (byte == kEmptyBlock)
        return {};
    reader = start;
    if (isValueTypeByte(byte))
        return {BlockType::Kind::Value, readValueType(reader), 0};
    const int64_t index = reader.s33();
    if (index < 0 || index > INT32_MAX)
        reader.failAt("no type of a block", start.fileOffset());
    return {BlockType::Kind::Type, {}, static_cast<uint32_t>(index)};
}

void writeBlockType(ByteWriter& writer, const BlockType& block) {
    switch (block.kind) {
        case BlockType::Kind::Empty:
            writer.u8(kEmptyBlock);
            break;
        case BlockType::Kind::Value:
            writeValueType(writer, block.value);
            break;
        case BlockType::Kind::Type:
            writer.signedNumber(block.index);
            break;
    }
}

void readCatches(ByteReader& reader, std::vector<CatchClause>& catches) {
    catches.clear();
    for (uint32_t left = reader.count(); left > 0 && !reader.failed(); --left) {
        const size_t offset = reader.fileOffset();
        const uint8_t kind = reader.u8();
        if (kind > static_cast<uint8_t>(CatchClause::Kind::CatchAllRef))
            reader.failAt(fmt::format("{} is no kind of catch", kind), offset);
        CatchClause clause{static_cast<CatchClause::Kind>(kind)};
        if (clause.hasTag())
            clause.tag = reader.u32();
        clause.label = reader.u32();
        catches.push_back(clause);
    }
}

void writeCatches(ByteWriter& writer, const std::vector<CatchClause>& catches) {
    writer.u32(static_cast<uint32_t>(catches.size()));
    for (const CatchClause& clause : catches) {
        writer.u8(static_cast<uint8_t>(clause.kind));
        if (clause.hasTag())
            writer.u32(clause.tag);
        writer.u32(clause.label);
    }
}

void readLabels(ByteReader& reader, Instruction& instruction) {
    instruction.labels.clear();
    for (uint32_t left = reader.count(); left > 0 && !reader.failed(); --left)
        instruction.labels.push_back(reader.u32());
    instruction.index = reader.u32();
}

void writeLabels(ByteWriter& writer, const Instruction& instruction) {
    writer.u32(static_cast<uint32_t>(instruction.labels.size()));
    for (const uint32_t label : instruction.labels)
        writer.u32(label);
    writer.u32(instruction.index);
}

/// The bit above the alignment says that the number of a memory follows.
void readAccess(ByteReader& reader, Instruction& instruction) {
    const size_t offset = reader.fileOffset();
    const uint32_t flags = reader.u32();
    if (flags > (kMemoryIndexFlag | kLargestAlignment))
        reader.failAt("an alignment is too large", offset);
    instruction.alignment = flags & kLargestAlignment;
    instruction.index = (flags & kMemoryIndexFlag) != 0 ? reader.u32() : 0;
    instruction.bits = reader.u64();
}

void writeAccess(ByteWriter& writer, const Instruction& instruction) {
    writer.u32(instruction.alignment | (instruction.index != 0 ? kMemoryIndexFlag : 0));
    if (instruction.index != 0)
        writer.u32(instruction.index);
    writer.u64(instruction.bits);
}

/// Two bits say which of the two types may be null.
void readCast(ByteReader& reader, Instruction& instruction) {
    const size_t offset = reader.fileOffset();
    const uint8_t flags = reader.u8();
    if (flags > 3)
        reader.failAt(fmt::format("{} is no kind of cast", flags), offset);
    instruction.index = reader.u32();
    instruction.from = reference(readHeapType(reader), (flags & 1) != 0);
    instruction.to = reference(readHeapType(reader), (flags & 2) != 0);
}

void writeCast(ByteWriter& writer, const Instruction& instruction) {
    writer.u8(
        static_cast<uint8_t>((instruction.from.is_nullable ? 1 : 0) | (instruction.to.is_nullable ? 2 : 0)));
    writer.u32(instruction.index);
    writeHeapType(writer, instruction.from.heap);
    writeHeapType(writer, instruction.to.heap);
}

void readBytes16(ByteReader& reader, Instruction& instruction) {
    const Bytes bytes = reader.bytes(instruction.bytes.size());
    std::ranges::copy(bytes, instruction.bytes.begin());
}

void readImmediates(ByteReader& reader, Immediates immediates, Instruction& instruction) {
    if (hasIndex(immediates)) {
        instruction.index = reader.u32();
        if (hasTwoIndices(immediates))
            instruction.second = reader.u32();
        return;
    }
    switch (immediates) {
        case Immediates::BlockType:
            instruction.block = readBlockType(reader);
            break;
        case Immediates::TryTable:
            instruction.block = readBlockType(reader);
            readCatches(reader, instruction.catches);
            break;
        case Immediates::LabelTable:
            readLabels(reader, instruction);
            break;
        case Immediates::ValueTypes:
            instruction.types = readValueTypes(reader);
            break;
        case Immediates::HeapType:
            instruction.heap = readHeapType(reader);
            break;
        case Immediates::Cast:
            readCast(reader, instruction);
            break;
        case Immediates::AccessLane:
            readAccess(reader, instruction);
            instruction.lane = reader.u8();
            break;
        case Immediates::Access:
        case Immediates::Atomic:
            readAccess(reader, instruction);
            break;
        case Immediates::Lane:
            instruction.lane = reader.u8();
            break;
        case Immediates::Shuffle:
        case Immediates::Bytes16:
            readBytes16(reader, instruction);
            break;
        case Immediates::I32:
            instruction.bits = static_cast<uint64_t>(int64_t{reader.s32()});
            break;
        case Immediates::I64:
            instruction.bits = static_cast<uint64_t>(reader.s64());
            break;
        case Immediates::F32:
            instruction.bits = reader.fixed32();
            break;
        case Immediates::F64:
            instruction.bits = reader.fixed64();
            break;
        case Immediates::Zero:
            if (const size_t offset = reader.fileOffset(); reader.u8() != 0)
                reader.failAt("a byte that has to be zero is not", offset);
            break;
        default:
            break;
    }
}

void writeImmediates(ByteWriter& writer, Immediates immediates, const Instruction& instruction) {
    if (hasIndex(immediates)) {
        writer.u32(instruction.index);
        if (hasTwoIndices(immediates))
            writer.u32(instruction.second);
        return;
    }
    switch (immediates) {
        case Immediates::BlockType:
            writeBlockType(writer, instruction.block);
            break;
        case Immediates::TryTable:
            writeBlockType(writer, instruction.block);
            writeCatches(writer, instruction.catches);
            break;
        case Immediates::LabelTable:
            writeLabels(writer, instruction);
            break;
        case Immediates::ValueTypes:
            writeValueTypes(writer, instruction.types);
            break;
        case Immediates::HeapType:
            writeHeapType(writer, instruction.heap);
            break;
        case Immediates::Cast:
            writeCast(writer, instruction);
            break;
        case Immediates::AccessLane:
            writeAccess(writer, instruction);
            writer.u8(instruction.lane);
            break;
        case Immediates::Access:
        case Immediates::Atomic:
            writeAccess(writer, instruction);
            break;
        case Immediates::Lane:
            writer.u8(instruction.lane);
            break;
        case Immediates::Shuffle:
        case Immediates::Bytes16:
            writer.bytes(instruction.bytes);
            break;
        case Immediates::I32:
        case Immediates::I64:
            writer.signedNumber(static_cast<int64_t>(instruction.bits));
            break;
        case Immediates::F32:
            writer.fixed32(static_cast<uint32_t>(instruction.bits));
            break;
        case Immediates::F64:
            writer.fixed64(instruction.bits);
            break;
        case Immediates::Zero:
            writer.u8(0);
            break;
        default:
            break;
    }
}

}  // namespace

const OpcodeInfo* findOpcode(uint32_t code) {
    const uint32_t prefix = code >> kPrefixShift;
    uint32_t slot = code;
    if (prefix != 0) {
        if (prefix < kFirstPrefix || prefix > kLastPrefix || (code & 0xffff) > kLargestPrefixed)
            return nullptr;
        slot = 256 + (prefix - kFirstPrefix) * (kLargestPrefixed + 1) + (code & kLargestPrefixed);
    } else if (code > 0xff) {
        return nullptr;
    }
    return kPositions[slot] == 0 ? nullptr : &kOpcodes[kPositions[slot] - 1];
}

const OpcodeInfo& infoOf(Opcode opcode) {
    return *findOpcode(static_cast<uint32_t>(opcode));
}

size_t ordinalOf(const OpcodeInfo& info) {
    return static_cast<size_t>(&info - kOpcodes.data());
}

size_t opcodeCount() {
    return kOpcodes.size();
}

bool readInstruction(ByteReader& reader, Instruction& instruction) {
    instruction.offset = reader.fileOffset();
    uint32_t code = reader.u8();
    if (code >= kFirstPrefix && code <= kLastPrefix) {
        const uint32_t number = reader.u32();
        code = (code << kPrefixShift) | std::min(number, kLargestPrefixed);
    }
    if (reader.failed())
        return false;
    const OpcodeInfo* info = findOpcode(code);
    if (info == nullptr) {
        reader.failAt(fmt::format("0x{:02x} is no instruction", code), instruction.offset);
        return false;
    }
    instruction.opcode = info->opcode;
    readImmediates(reader, info->immediates, instruction);
    return !reader.failed();
}

void writeInstruction(ByteWriter& writer, const Instruction& instruction) {
    const OpcodeInfo& info = infoOf(instruction.opcode);
    const auto code = static_cast<uint32_t>(info.opcode);
    if (code >> kPrefixShift != 0) {
        writer.u8(static_cast<uint8_t>(code >> kPrefixShift));
        writer.u32(code & 0xffff);
    } else {
        writer.u8(static_cast<uint8_t>(code));
    }
    writeImmediates(writer, info.immediates, instruction);
}

}  // namespace taipan::wasm
