// SPDX-License-Identifier: Apache-2.0
//
// Structures and arrays.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "wasm/code_rules.h"

namespace taipan::wasm {

namespace {

/// What stands on the stack for a field: packed ones are widened.
ValueType unpacked(const ValueType& type) {
    return type.isPacked() ? kI32 : type;
}

bool isDefaultable(const Field& field) {
    return !field.type.isReference() || field.type.is_nullable;
}

const StructType* structure(const CodeRules& rules, uint32_t index) {
    const StructType* type = rules.types().structure(index);
    rules.require(type != nullptr, "structure type", index);
    return type;
}

const ArrayType* array(const CodeRules& rules, uint32_t index) {
    const ArrayType* type = rules.types().array(index);
    rules.require(type != nullptr, "array type", index);
    return type;
}

/// An array that is written to.
const ArrayType* mutableArray(const CodeRules& rules, uint32_t index) {
    const ArrayType* type = array(rules, index);
    if (type != nullptr && !type->element.is_mutable)
        rules.fail(fmt::format("the constant array type {} is written to", index));
    return type;
}

const Field* field(const CodeRules& rules, const Instruction& instruction) {
    const StructType* type = structure(rules, instruction.index);
    if (type == nullptr ||
        !rules.require(instruction.second < type->fields.size(), "field", instruction.second))
        return nullptr;
    return &type->fields[instruction.second];
}

void popObject(const CodeRules& rules, uint32_t type) {
    rules.pop(reference(HeapType(type), true));
}

void pushObject(const CodeRules& rules, uint32_t type) {
    rules.push(reference(HeapType(type), false));
}

/// Packed fields are read with a sign or without, others plainly.
void checkSign(const CodeRules& rules, const Field& field, bool has_sign) {
    if (field.type.isPacked() != has_sign)
        rules.fail("only packed fields, and all of them, are read with or without a sign");
}

void newStruct(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const StructType* type = structure(rules, instruction.index);
    if (type == nullptr)
        return;
    for (size_t i = type->fields.size(); i > 0; --i)
        rules.pop(unpacked(type->fields[i - 1].type));
    pushObject(rules, instruction.index);
}

void newDefaultStruct(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const StructType* type = structure(rules, instruction.index);
    if (type != nullptr && !std::ranges::all_of(type->fields, isDefaultable))
        rules.fail("a structure has a field without default");
    pushObject(rules, instruction.index);
}

void getField(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const Field* one = field(rules, instruction);
    if (one == nullptr)
        return;
    checkSign(rules, *one, instruction.opcode != Opcode::kStructGet);
    popObject(rules, instruction.index);
    rules.push(unpacked(one->type));
}

void setField(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const Field* one = field(rules, instruction);
    if (one == nullptr)
        return;
    if (!one->is_mutable)
        rules.fail(fmt::format("the constant field {} is set", instruction.second));
    rules.pop(unpacked(one->type));
    popObject(rules, instruction.index);
}

void newArray(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ArrayType* type = array(rules, instruction.index);
    if (type == nullptr)
        return;
    rules.pop(kI32);
    rules.pop(unpacked(type->element.type));
    pushObject(rules, instruction.index);
}

void newDefaultArray(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ArrayType* type = array(rules, instruction.index);
    if (type != nullptr && !isDefaultable(type->element))
        rules.fail("an array has elements without default");
    rules.pop(kI32);
    pushObject(rules, instruction.index);
}

void newFixedArray(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ArrayType* type = array(rules, instruction.index);
    if (type == nullptr)
        return;
    for (uint32_t left = instruction.second; left > 0 && !rules.failed(); --left)
        rules.pop(unpacked(type->element.type));
    pushObject(rules, instruction.index);
}

/// Bytes can only become numbers, elements only what the array holds.
void checkSource(const CodeRules& rules, const ArrayType& type, const Instruction& instruction) {
    const bool from_data = infoOf(instruction.opcode).immediates == Immediates::TypeData;
    if (from_data && type.element.type.isReference())
        rules.fail("an array of references is made of bytes");
    if (!from_data &&
        (!type.element.type.isReference() ||
         !rules.types().isSubtype(rules.module().elements[instruction.second], type.element.type)))
        rules.fail("an array cannot hold the elements of the segment");
}

void newSegmentArray(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ArrayType* type = array(rules, instruction.index);
    if (type == nullptr)
        return;
    checkSource(rules, *type, instruction);
    rules.pop(kI32);
    rules.pop(kI32);
    pushObject(rules, instruction.index);
}

void initArray(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ArrayType* type = mutableArray(rules, instruction.index);
    if (type == nullptr)
        return;
    checkSource(rules, *type, instruction);
    rules.pop(kI32);
    rules.pop(kI32);
    rules.pop(kI32);
    popObject(rules, instruction.index);
}

void getElement(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ArrayType* type = array(rules, instruction.index);
    if (type == nullptr)
        return;
    checkSign(rules, type->element, instruction.opcode != Opcode::kArrayGet);
    rules.pop(kI32);
    popObject(rules, instruction.index);
    rules.push(unpacked(type->element.type));
}

void setElement(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ArrayType* type = mutableArray(rules, instruction.index);
    if (type == nullptr)
        return;
    rules.pop(unpacked(type->element.type));
    rules.pop(kI32);
    popObject(rules, instruction.index);
}

void length(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    rules.pop(nullable(AbstractHeap::Array));
    rules.push(kI32);
}

void fillArray(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ArrayType* type = mutableArray(rules, instruction.index);
    if (type == nullptr)
        return;
    rules.pop(kI32);
    rules.pop(unpacked(type->element.type));
    rules.pop(kI32);
    popObject(rules, instruction.index);
}

void copyArray(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const ArrayType* destination = mutableArray(rules, instruction.index);
    const ArrayType* source = array(rules, instruction.second);
    if (destination == nullptr || source == nullptr)
        return;
    if (!rules.types().isSubtype(source->element.type, destination->element.type))
        rules.fail("an array cannot hold the elements of the other");
    rules.pop(kI32);
    rules.pop(kI32);
    popObject(rules, instruction.second);
    rules.pop(kI32);
    popObject(rules, instruction.index);
}

constexpr auto kRules = std::to_array<CodeRuleRow>({
    {Opcode::kStructNew, newStruct},
    {Opcode::kStructNewDefault, newDefaultStruct},
    {Opcode::kStructGet, getField},
    {Opcode::kStructGetS, getField},
    {Opcode::kStructGetU, getField},
    {Opcode::kStructSet, setField},
    {Opcode::kArrayNew, newArray},
    {Opcode::kArrayNewDefault, newDefaultArray},
    {Opcode::kArrayNewFixed, newFixedArray},
    {Opcode::kArrayNewData, newSegmentArray},
    {Opcode::kArrayNewElem, newSegmentArray},
    {Opcode::kArrayGet, getElement},
    {Opcode::kArrayGetS, getElement},
    {Opcode::kArrayGetU, getElement},
    {Opcode::kArraySet, setElement},
    {Opcode::kArrayLen, length},
    {Opcode::kArrayFill, fillArray},
    {Opcode::kArrayCopy, copyArray},
    {Opcode::kArrayInitData, initArray},
    {Opcode::kArrayInitElem, initArray},
});

}  // namespace

std::span<const CodeRuleRow> aggregateRules() {
    return kRules;
}

}  // namespace taipan::wasm
