// SPDX-License-Identifier: Apache-2.0
#include "wasm/instance_state.h"

#include <fmt/format.h>

#include <algorithm>

#include "wasm/byte_writer.h"
#include "wasm/function_body.h"
#include "wasm/packed_memory.h"

namespace taipan::wasm {

namespace {

constexpr size_t kPage = 65536;

// What a segment takes beside its bytes is about ten; shorter gaps of zeros are cheaper as they are.
constexpr size_t kShortestGap = 24;

Expression constant(Module& module, ValueType type, uint64_t bits) {
    ByteWriter writer;
    Instruction value;
    switch (type.kind) {
        case ValueKind::I64:
            value.opcode = Opcode::kI64Const;
            break;
        case ValueKind::F32:
            value.opcode = Opcode::kF32Const;
            break;
        case ValueKind::F64:
            value.opcode = Opcode::kF64Const;
            break;
        default:
            value.opcode = Opcode::kI32Const;
            bits = static_cast<uint64_t>(static_cast<int64_t>(static_cast<int32_t>(bits)));
    }
    value.bits = bits;
    writeInstruction(writer, value);
    writeInstruction(writer, {.opcode = Opcode::kEnd});
    return module.keep(std::move(writer).take());
}

bool changesTable(Opcode opcode) {
    return opcode == Opcode::kTableSet || opcode == Opcode::kTableGrow || opcode == Opcode::kTableFill ||
           opcode == Opcode::kTableCopy || opcode == Opcode::kTableInit;
}

bool hasInstruction(const Module& module, bool (*wanted)(Opcode)) {
    return !std::ranges::all_of(module.functions, [&](const Function& function) {
        return forEachInstruction(instructionsOf(function), [&](const Instruction& instruction) {
            return !wanted(instruction.opcode);
        });
    });
}

Result<void> checkShape(const Module& module, const InstanceState& state) {
    if (module.memories.size() != 1 || module.importedCount(ExternKind::Memory) != 0)
        return fail("a snapshot needs a module with one memory of its own");
    if (module.memories.front().is_64 || state.memory.size() % kPage != 0)
        return fail("a snapshot needs a memory of whole pages with addresses of 32 bits");
    if (state.globals.size() != mutableGlobals(module).size())
        return fail("the snapshot's globals are not those of the module");
    if (hasInstruction(module, changesTable))
        return fail("a snapshot cannot keep tables that change while the program runs");
    return {};
}

/// Where the run of non-zero bytes that begins at `start` ends: before a gap that is long enough.
size_t endOfRun(const std::vector<uint8_t>& memory, size_t start) {
    size_t end = start;
    for (size_t at = start; at < memory.size() && at - end < kShortestGap; ++at) {
        if (memory[at] != 0)
            end = at + 1;
    }
    return end;
}

/// Passive segments stay where code may ask for them; active ones are in memory.
void dropActiveData(Module& module) {
    for (DataSegment& segment : module.data) {
        if (segment.mode == SegmentMode::Active)
            segment = {SegmentMode::Passive, 0, {}, {}};
    }
    if (!module.data_count)
        std::erase_if(module.data, [](const DataSegment& segment) { return segment.bytes.empty(); });
}

void addData(Module& module, size_t address, Bytes bytes) {
    module.data.push_back({SegmentMode::Active, 0, constant(module, kI32, address), bytes});
    if (module.data_count)
        module.data_count = static_cast<uint32_t>(module.data.size());
}

void addMemory(Module& module, std::vector<uint8_t> memory) {
    const std::vector<uint8_t>& kept = module.owned.emplace_back(std::move(memory));
    const auto isSet = [](uint8_t byte) { return byte != 0; };
    for (auto next = std::ranges::find_if(kept, isSet); next != kept.end();) {
        const auto start = static_cast<size_t>(next - kept.begin());
        const size_t end = endOfRun(kept, start);
        addData(module, start, Bytes(kept).subspan(start, end - start));
        next = std::find_if(kept.begin() + static_cast<std::ptrdiff_t>(end), kept.end(), isSet);
    }
}

struct Range {
    size_t start = 0;
    size_t end = 0;
    size_t size() const { return end - start; }
};

/// The largest part of memory without a megabyte of zeros in it.
Range largestPart(const std::vector<uint8_t>& memory) {
    constexpr size_t kGap = size_t{1} << 20;
    Range best;
    Range current;
    for (size_t at = 0; at < memory.size(); ++at) {
        if (memory[at] == 0)
            continue;
        if (current.end == 0 || at - current.end > kGap)
            current = {at / kPackedGroup * kPackedGroup, 0};
        current.end = at + 1;
        if (current.size() > best.size())
            best = current;
    }
    return best;
}

/// Where the stack will be, which nobody has used yet; and what the descriptor says of it.
Result<void> addPackedMemory(Module& module, std::vector<uint8_t> memory, const PackedPlace& place) {
    constexpr size_t kReadBehind = 16;
    const Range part = largestPart(memory);
    const PackedMemory packed = packMemory(Bytes(memory).subspan(part.start, part.size()));
    std::vector<uint8_t> bytes = packed.group_masks;
    bytes.insert(bytes.end(), packed.masks.begin(), packed.masks.end());
    bytes.insert(bytes.end(), packed.values.begin(), packed.values.end());
    const size_t masks = place.start + packed.group_masks.size();
    if (bytes.size() + kReadBehind > place.size || part.start < place.start + place.size) {
        addMemory(module, std::move(memory));
        return {};
    }
    std::fill_n(memory.begin() + static_cast<std::ptrdiff_t>(part.start), part.size(), uint8_t{0});
    addMemory(module, std::move(memory));
    ByteWriter writer;
    for (const size_t word :
         {part.start, size_t{place.start}, packed.group_masks.size(), masks, masks + packed.masks.size()})
        writer.fixed32(static_cast<uint32_t>(word));
    addData(module, place.start, module.keep(std::move(bytes)));
    addData(module, place.descriptor, module.keep(std::move(writer).take()));
    return {};
}

Result<void> putGlobals(Module& module, const InstanceState& state) {
    TRY(checkShape(module, state));
    const uint32_t imported = module.importedCount(ExternKind::Global);
    size_t next = 0;
    for (const uint32_t index : mutableGlobals(module)) {
        Global& global = module.globals[index - imported];
        global.initial = constant(module, global.type.type, state.globals[next++]);
    }
    MemoryType& memory = module.memories.front();
    memory.minimum = std::max<uint64_t>(memory.minimum, state.memory.size() / kPage);
    return {};
}

}  // namespace

std::vector<uint32_t> mutableGlobals(const Module& module) {
    std::vector<uint32_t> indices;
    const uint32_t imported = module.importedCount(ExternKind::Global);
    for (uint32_t i = 0; i < module.globals.size(); ++i) {
        if (module.globals[i].type.is_mutable)
            indices.push_back(imported + i);
    }
    return indices;
}

void exportMutableGlobals(Module& module, std::string_view prefix) {
    uint32_t number = 0;
    for (const uint32_t index : mutableGlobals(module)) {
        const std::string name = fmt::format("{}{}", prefix, number++);
        const Bytes kept = module.keep({name.begin(), name.end()});
        module.exports.push_back(
            {{reinterpret_cast<const char*>(kept.data()), kept.size()}, ExternKind::Global, index});
    }
}

void removeExports(Module& module, std::string_view prefix) {
    std::erase_if(module.exports, [&](const Export& one) { return one.name.starts_with(prefix); });
}

Result<void> putState(Module& module, InstanceState state) {
    TRY(putGlobals(module, state));
    dropActiveData(module);
    addMemory(module, std::move(state.memory));
    return {};
}

Result<void> putPackedState(Module& module, InstanceState state, const PackedPlace& place) {
    TRY(putGlobals(module, state));
    dropActiveData(module);
    return addPackedMemory(module, std::move(state.memory), place);
}

}  // namespace taipan::wasm
