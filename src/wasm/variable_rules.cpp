// SPDX-License-Identifier: Apache-2.0
//
// Operands of any type, locals, globals, tables, and copies between memories and between tables.
#include <fmt/format.h>

#include <array>

#include "wasm/code_rules.h"

namespace taipan::wasm {

namespace {

void drop(CodeValidator& validator, const Instruction&) {
    CodeRules{validator}.pop();
}

void select(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    rules.pop(kI32);
    const ValueType second = rules.pop();
    const ValueType first = rules.pop();
    if (first.isReference() || second.isReference()) {
        rules.fail("a select without type is for numbers and vectors");
        return;
    }
    if (first.kind != second.kind && first != kUnknown && second != kUnknown)
        rules.fail("a select has operands of two types");
    rules.push(first == kUnknown ? second : first);
}

void typedSelect(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    if (instruction.types.size() != 1) {
        rules.fail("a select has other than one type");
        return;
    }
    const ValueType type = instruction.types.front();
    rules.pop(kI32);
    rules.pop(type);
    rules.pop(type);
    rules.push(type);
}

void getLocal(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    if (!rules.isInitialized(instruction.index))
        rules.fail(fmt::format("local {} is read before it is set", instruction.index));
    rules.push(rules.local(instruction.index));
}

void setLocal(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    rules.pop(rules.local(instruction.index));
    rules.setLocal(instruction.index);
}

void teeLocal(CodeValidator& validator, const Instruction& instruction) {
    setLocal(validator, instruction);
    const CodeRules rules{validator};
    rules.push(rules.local(instruction.index));
}

void getGlobal(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    rules.push(rules.module().globals[instruction.index].type);
}

void setGlobal(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const GlobalType& global = rules.module().globals[instruction.index];
    if (!global.is_mutable)
        rules.fail(fmt::format("the constant global {} is set", instruction.index));
    rules.pop(global.type);
}

const TableType& tableAt(const CodeRules& rules, uint32_t index) {
    return rules.module().tables[index];
}

void getTable(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const TableType& table = tableAt(rules, instruction.index);
    rules.pop(table.limits.address());
    rules.push(table.element);
}

void setTable(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const TableType& table = tableAt(rules, instruction.index);
    rules.pop(table.element);
    rules.pop(table.limits.address());
}

void growTable(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const TableType& table = tableAt(rules, instruction.index);
    rules.pop(table.limits.address());
    rules.pop(table.element);
    rules.push(table.limits.address());
}

void sizeOfTable(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    rules.push(tableAt(rules, instruction.index).limits.address());
}

void fillTable(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const TableType& table = tableAt(rules, instruction.index);
    rules.pop(table.limits.address());
    rules.pop(table.element);
    rules.pop(table.limits.address());
}

void initTable(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const TableType& table = tableAt(rules, instruction.second);
    if (!rules.types().isSubtype(rules.module().elements[instruction.index], table.element))
        rules.fail("a table cannot hold the elements of the segment");
    rules.pop(kI32);
    rules.pop(kI32);
    rules.pop(table.limits.address());
}

/// The count has the width of the narrower of the two.
void popCopy(const CodeRules& rules, const Limits& destination, const Limits& source) {
    rules.pop(destination.is_64 && source.is_64 ? kI64 : kI32);
    rules.pop(source.address());
    rules.pop(destination.address());
}

void copyTable(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const TableType& destination = tableAt(rules, instruction.index);
    const TableType& source = tableAt(rules, instruction.second);
    if (!rules.types().isSubtype(source.element, destination.element))
        rules.fail("a table cannot hold the elements of the other");
    popCopy(rules, destination.limits, source.limits);
}

void copyMemory(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    popCopy(rules, rules.module().memories[instruction.index], rules.module().memories[instruction.second]);
}

constexpr auto kRules = std::to_array<CodeRuleRow>({
    {Opcode::kDrop, drop},
    {Opcode::kSelect, select},
    {Opcode::kSelectT, typedSelect},
    {Opcode::kLocalGet, getLocal},
    {Opcode::kLocalSet, setLocal},
    {Opcode::kLocalTee, teeLocal},
    {Opcode::kGlobalGet, getGlobal},
    {Opcode::kGlobalSet, setGlobal},
    {Opcode::kTableGet, getTable},
    {Opcode::kTableSet, setTable},
    {Opcode::kTableGrow, growTable},
    {Opcode::kTableSize, sizeOfTable},
    {Opcode::kTableFill, fillTable},
    {Opcode::kTableInit, initTable},
    {Opcode::kTableCopy, copyTable},
    {Opcode::kMemoryCopy, copyMemory},
});

}  // namespace

std::span<const CodeRuleRow> variableRules() {
    return kRules;
}

}  // namespace taipan::wasm
