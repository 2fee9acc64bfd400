// SPDX-License-Identifier: Apache-2.0
#include "wasm/code_validator.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "wasm/type_encoding.h"

namespace taipan::wasm {

namespace {

// Engines end at fifty thousand as well.
constexpr size_t kMostLocals = 50'000;

std::string_view nameOf(AbstractHeap heap) {
    constexpr std::string_view kNames[] = {"exn",    "array", "struct", "i31",      "eq",     "any",
                                           "extern", "func",  "none",   "noextern", "nofunc", "noexn"};
    return kNames[static_cast<size_t>(heap) - static_cast<size_t>(AbstractHeap::Exn)];
}

std::string nameOf(const ValueType& type) {
    switch (type.kind) {
        case ValueKind::Unknown:
            return "anything";
        case ValueKind::I32:
            return "i32";
        case ValueKind::I64:
            return "i64";
        case ValueKind::F32:
            return "f32";
        case ValueKind::F64:
            return "f64";
        case ValueKind::V128:
            return "v128";
        default:
            break;
    }
    if (!type.isReference())
        return "a packed value";
    const std::string heap = type.heap.isAbstract() ? std::string(nameOf(type.heap.abstract()))
                                                    : fmt::format("type {}", type.heap.index());
    return fmt::format("a reference to {}{}", heap, type.is_nullable ? " or null" : "");
}

bool isDefaultable(const ValueType& type) {
    return !type.isReference() || type.is_nullable;
}

/// By ordinal; null where the table's signature says it all.
const std::vector<CodeRule>& rules() {
    static const std::vector<CodeRule> kRules = [] {
        std::vector<CodeRule> all(opcodeCount());
        for (const auto family : {controlRules(), variableRules(), referenceRules(), aggregateRules()}) {
            for (const CodeRuleRow& row : family)
                all[ordinalOf(infoOf(row.opcode))] = row.rule;
        }
        return all;
    }();
    return kRules;
}

}  // namespace

void CodeValidator::fail(std::string_view what) {
    if (!failed())
        failure_ = is_constant_ ? std::string(what) : fmt::format("{} at byte {}", what, offset_);
}

bool CodeValidator::require(bool is_there, std::string_view what, uint32_t index) {
    if (!is_there)
        fail(fmt::format("there is no {} {}", what, index));
    return is_there;
}

ValueType CodeValidator::pop() {
    const Frame& frame = frames_.back();
    if (operands_.size() == frame.height) {
        if (!frame.is_unreachable)
            fail("an operand is missing");
        return kUnknown;
    }
    const ValueType type = operands_.back();
    operands_.pop_back();
    return type;
}

ValueType CodeValidator::pop(const ValueType& expected) {
    const ValueType actual = pop();
    if (!module_.types.isSubtype(actual, expected))
        fail(fmt::format("{} is there where {} is wanted", nameOf(actual), nameOf(expected)));
    return actual;
}

void CodeValidator::pop(Types expected) {
    for (size_t i = expected.size(); i > 0; --i)
        pop(expected[i - 1]);
}

ValueType CodeValidator::popReference() {
    const ValueType type = pop();
    if (type.kind != ValueKind::Unknown && !type.isReference())
        fail(fmt::format("{} is there where a reference is wanted", nameOf(type)));
    return type;
}

CodeValidator::Types CodeValidator::parametersOf(const Frame& frame) const {
    if (frame.block.kind != BlockType::Kind::Type)
        return {};
    return module_.types.function(frame.block.index)->parameters;
}

CodeValidator::Types CodeValidator::resultsOf(const Frame& frame) const {
    if (&frame == &frames_.front())
        return function_results_;
    switch (frame.block.kind) {
        case BlockType::Kind::Value:
            return {&frame.block.value, 1};
        case BlockType::Kind::Type:
            return module_.types.function(frame.block.index)->results;
        default:
            return {};
    }
}

CodeValidator::Types CodeValidator::labelTypesOf(const Frame& frame) const {
    return frame.opcode == Opcode::kLoop ? parametersOf(frame) : resultsOf(frame);
}

bool CodeValidator::checkBlockType(const BlockType& block) {
    if (block.kind == BlockType::Kind::Value)
        return require(module_.types.isKnown(block.value), "type", block.value.heap.index());
    return block.kind == BlockType::Kind::Empty ||
           require(module_.types.function(block.index) != nullptr, "function type", block.index);
}

void CodeValidator::open(Opcode opcode, const BlockType& block) {
    if (!checkBlockType(block))
        return;
    Frame frame{opcode, block};
    const Types parameters = parametersOf(frame);
    pop(parameters);
    frame.height = operands_.size();
    frame.initialized_height = initialized_.size();
    frames_.push_back(frame);
    push(parameters);
}

void CodeValidator::close() {
    pop(resultsOf(frames_.back()));
    if (operands_.size() != frames_.back().height)
        fail("a block leaves more operands than its type says");
    for (; initialized_.size() > frames_.back().initialized_height; initialized_.pop_back())
        is_initialized_[initialized_.back()] = false;
}

void CodeValidator::reopen(Opcode opcode, Types operands) {
    frames_.back().opcode = opcode;
    frames_.back().is_unreachable = false;
    push(operands);
}

void CodeValidator::leave() {
    const Frame frame = frames_.back();
    frames_.pop_back();
    if (frames_.empty())
        return;
    if (frame.block.kind == BlockType::Kind::Value) {
        push(frame.block.value);
    } else if (frame.block.kind == BlockType::Kind::Type) {
        push(module_.types.function(frame.block.index)->results);
    }
}

bool CodeValidator::areSubtypes(Types subs, Types supers) const {
    return std::ranges::equal(subs, supers, [this](const ValueType& sub, const ValueType& super) {
        return module_.types.isSubtype(sub, super);
    });
}

void CodeValidator::becomeUnreachable() {
    operands_.resize(std::min(operands_.size(), frames_.back().height));
    frames_.back().is_unreachable = true;
}

const CodeValidator::Frame* CodeValidator::label(uint32_t depth) {
    if (!require(depth < frames_.size(), "block that far out:", depth))
        return nullptr;
    return &frames_[frames_.size() - 1 - depth];
}

void CodeValidator::setLocal(uint32_t index) {
    if (is_initialized_[index])
        return;
    is_initialized_[index] = true;
    initialized_.push_back(index);
}

std::string CodeValidator::checkFunction(const FunctionType& type, Bytes body, size_t file_offset) {
    ByteReader reader(body, file_offset);
    function_results_ = type.results;
    if (readLocals(reader, type))
        run(reader);
    return failure_;
}

std::string CodeValidator::checkConstant(const ValueType& type, Bytes expression, uint32_t visible_globals) {
    ByteReader reader(expression);
    const ValueType results[] = {type};
    function_results_ = results;
    is_constant_ = true;
    visible_globals_ = visible_globals;
    run(reader);
    return failure_;
}

bool CodeValidator::readLocals(ByteReader& reader, const FunctionType& type) {
    locals_ = type.parameters;
    is_initialized_.assign(locals_.size(), true);
    for (uint32_t left = reader.count(); left > 0 && !reader.failed(); --left) {
        offset_ = reader.fileOffset();
        const uint32_t count = reader.u32();
        const ValueType local = readValueType(reader);
        if (!reader.failed() && !module_.types.isKnown(local))
            fail(fmt::format("there is no type {}", local.heap.index()));
        if (locals_.size() + uint64_t{count} > kMostLocals)
            fail("a function has too many locals");
        if (failed())
            return false;
        locals_.insert(locals_.end(), count, local);
        is_initialized_.insert(is_initialized_.end(), count, isDefaultable(local));
    }
    if (reader.failed())
        failure_ = reader.failure();
    return !failed();
}

void CodeValidator::run(ByteReader& reader) {
    frames_.push_back({});
    Instruction instruction;
    while (!failed() && !frames_.empty() && readInstruction(reader, instruction)) {
        offset_ = instruction.offset;
        if (is_constant_)
            checkIsConstant(instruction);
        apply(instruction);
    }
    if (!failed() && reader.failed())
        failure_ = reader.failure();
    if (!failed() && !reader.atEnd())
        failure_ = fmt::format("a body goes on behind its end at byte {}", reader.fileOffset());
}

void CodeValidator::apply(const Instruction& instruction) {
    const OpcodeInfo& info = infoOf(instruction.opcode);
    checkImmediates(info, instruction);
    if (failed())
        return;
    if (const CodeRule rule = rules()[ordinalOf(info)]) {
        rule(*this, instruction);
    } else {
        applySignature(info, instruction);
    }
}

void CodeValidator::applySignature(const OpcodeInfo& info, const Instruction& instruction) {
    const size_t colon = info.signature.find(':');
    for (size_t i = colon; i > 0; --i)
        pop(typeOfLetter(info.signature[i - 1], info, instruction));
    for (size_t i = colon + 1; i < info.signature.size(); ++i)
        push(typeOfLetter(info.signature[i], info, instruction));
}

ValueType CodeValidator::addressOf(const OpcodeInfo& info, const Instruction& instruction) {
    const uint32_t memory =
        info.immediates == Immediates::DataMemory ? instruction.second : instruction.index;
    return module_.memories[memory].address();
}

ValueType CodeValidator::typeOfLetter(char letter, const OpcodeInfo& info, const Instruction& instruction) {
    switch (letter) {
        case 'i':
            return kI32;
        case 'I':
            return kI64;
        case 'f':
            return kF32;
        case 'F':
            return kF64;
        case 'v':
            return kV128;
        default:
            return addressOf(info, instruction);
    }
}

/// What an instruction names has to be there; rules may take that for granted.
void CodeValidator::checkImmediates(const OpcodeInfo& info, const Instruction& instruction) {
    const auto requireType = [&](uint32_t index) { return require(module_.types.has(index), "type", index); };
    const auto requireTable = [&](uint32_t index) {
        return require(index < module_.tables.size(), "table", index);
    };
    const auto requireMemory = [&](uint32_t index) {
        return require(index < module_.memories.size(), "memory", index);
    };
    const auto requireElement = [&](uint32_t index) {
        return require(index < module_.elements.size(), "element segment", index);
    };
    const auto requireData = [&](uint32_t index) {
        if (!module_.data_count)
            fail("the section that counts the data segments is missing");
        return require(index < module_.data_count.value_or(0), "data segment", index);
    };
    switch (info.immediates) {
        case Immediates::Function:
            require(instruction.index < module_.functions.size(), "function", instruction.index);
            break;
        case Immediates::Local:
            require(instruction.index < locals_.size(), "local", instruction.index);
            break;
        case Immediates::Global:
            require(instruction.index < module_.globals.size(), "global", instruction.index);
            break;
        case Immediates::Table:
            requireTable(instruction.index);
            break;
        case Immediates::Memory:
            requireMemory(instruction.index);
            break;
        case Immediates::Tag:
            require(instruction.index < module_.tags.size(), "tag", instruction.index);
            break;
        case Immediates::Data:
            requireData(instruction.index);
            break;
        case Immediates::Element:
            requireElement(instruction.index);
            break;
        case Immediates::Type:
        case Immediates::TypeField:
        case Immediates::TypeCount:
            requireType(instruction.index);
            break;
        case Immediates::TypeTable:
            requireType(instruction.index);
            requireTable(instruction.second);
            break;
        case Immediates::TypeData:
            requireType(instruction.index);
            requireData(instruction.second);
            break;
        case Immediates::TypeElement:
            requireType(instruction.index);
            requireElement(instruction.second);
            break;
        case Immediates::TypeType:
            requireType(instruction.index);
            requireType(instruction.second);
            break;
        case Immediates::DataMemory:
            requireData(instruction.index);
            requireMemory(instruction.second);
            break;
        case Immediates::ElementTable:
            requireElement(instruction.index);
            requireTable(instruction.second);
            break;
        case Immediates::MemoryMemory:
            requireMemory(instruction.index);
            requireMemory(instruction.second);
            break;
        case Immediates::TableTable:
            requireTable(instruction.index);
            requireTable(instruction.second);
            break;
        case Immediates::HeapType:
            require(module_.types.isKnown(reference(instruction.heap, true)), "type",
                    instruction.heap.index());
            break;
        case Immediates::Cast:
            require(module_.types.isKnown(instruction.from), "type", instruction.from.heap.index());
            require(module_.types.isKnown(instruction.to), "type", instruction.to.heap.index());
            break;
        case Immediates::ValueTypes:
            for (const ValueType& type : instruction.types)
                require(module_.types.isKnown(type), "type", type.heap.index());
            break;
        case Immediates::Access:
        case Immediates::AccessLane:
        case Immediates::Atomic:
            if (requireMemory(instruction.index))
                checkAccess(info, instruction);
            break;
        case Immediates::Lane:
            if (instruction.lane >= info.width)
                fail(fmt::format("there is no lane {}", instruction.lane));
            break;
        case Immediates::Shuffle:
            if (std::ranges::any_of(instruction.bytes, [](uint8_t lane) { return lane >= 32; }))
                fail("a shuffle names a lane that is not there");
            break;
        default:
            break;
    }
}

void CodeValidator::checkAccess(const OpcodeInfo& info, const Instruction& instruction) {
    const uint64_t alignment = uint64_t{1} << instruction.alignment;
    if (info.immediates == Immediates::Atomic ? alignment != info.width : alignment > info.width)
        fail(fmt::format("{} is aligned to {} bytes", info.name, alignment));
    if (!module_.memories[instruction.index].is_64 && instruction.bits > UINT32_MAX)
        fail("an offset is larger than the memory can be");
    if (info.immediates == Immediates::AccessLane && instruction.lane >= 16 / info.width)
        fail(fmt::format("there is no lane {}", instruction.lane));
}

void CodeValidator::checkIsConstant(const Instruction& instruction) {
    switch (instruction.opcode) {
        case Opcode::kI32Const:
        case Opcode::kI64Const:
        case Opcode::kF32Const:
        case Opcode::kF64Const:
        case Opcode::kV128Const:
        case Opcode::kI32Add:
        case Opcode::kI32Sub:
        case Opcode::kI32Mul:
        case Opcode::kI64Add:
        case Opcode::kI64Sub:
        case Opcode::kI64Mul:
        case Opcode::kRefNull:
        case Opcode::kRefFunc:
        case Opcode::kRefI31:
        case Opcode::kStructNew:
        case Opcode::kStructNewDefault:
        case Opcode::kArrayNew:
        case Opcode::kArrayNewDefault:
        case Opcode::kArrayNewFixed:
        case Opcode::kAnyConvertExtern:
        case Opcode::kExternConvertAny:
        case Opcode::kEnd:
            return;
        case Opcode::kGlobalGet:
            if (instruction.index >= visible_globals_ || module_.globals[instruction.index].is_mutable)
                fail(fmt::format("a constant cannot read the global {}", instruction.index));
            return;
        default:
            fail(fmt::format("{} is not constant", infoOf(instruction.opcode).name));
    }
}

}  // namespace taipan::wasm
