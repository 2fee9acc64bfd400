// SPDX-License-Identifier: Apache-2.0
//
// Blocks, jumps, calls and exceptions, those of the older proposal as well.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "wasm/code_rules.h"

namespace taipan::wasm {

namespace {

void unreachable(CodeValidator& validator, const Instruction&) {
    CodeRules{validator}.becomeUnreachable();
}

void block(CodeValidator& validator, const Instruction& instruction) {
    CodeRules{validator}.open(instruction.opcode, instruction.block);
}

void ifElse(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    rules.pop(kI32);
    rules.open(instruction.opcode, instruction.block);
}

void elseRule(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    if (rules.innermost().opcode != Opcode::kIf) {
        rules.fail("an else has no if");
        return;
    }
    rules.close();
    rules.reopen(instruction.opcode, rules.parametersOf(rules.innermost()));
}

void end(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    const CodeRules::Frame& frame = rules.innermost();
    rules.close();
    // Without an else, what came in goes out.
    if (frame.opcode == Opcode::kIf && !rules.areSubtypes(rules.parametersOf(frame), rules.resultsOf(frame)))
        rules.fail("an if without else has results that are not its parameters");
    rules.leave();
}

void br(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    if (const auto* target = rules.label(instruction.index)) {
        rules.pop(rules.labelTypesOf(*target));
        rules.becomeUnreachable();
    }
}

void brIf(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    rules.pop(kI32);
    if (const auto* target = rules.label(instruction.index)) {
        rules.pop(rules.labelTypesOf(*target));
        rules.push(rules.labelTypesOf(*target));
    }
}

/// Takes what a jump to the block needs off the stack and puts it back as it was.
void checkOperands(const CodeRules& rules, const CodeRules::Frame& target) {
    const CodeRules::Types types = rules.labelTypesOf(target);
    std::vector<ValueType> operands(types.size());
    for (size_t i = types.size(); i > 0; --i)
        operands[i - 1] = rules.pop(types[i - 1]);
    rules.push(operands);
}

void brTable(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    rules.pop(kI32);
    const auto* otherwise = rules.label(instruction.index);
    if (otherwise == nullptr)
        return;
    for (const uint32_t depth : instruction.labels) {
        const auto* target = rules.label(depth);
        if (target == nullptr)
            return;
        if (rules.labelTypesOf(*target).size() != rules.labelTypesOf(*otherwise).size()) {
            rules.fail("the blocks of a br_table take different numbers of operands");
            return;
        }
        checkOperands(rules, *target);
    }
    rules.pop(rules.labelTypesOf(*otherwise));
    rules.becomeUnreachable();
}

void returnRule(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    rules.pop(rules.functionResults());
    rules.becomeUnreachable();
}

void callType(const CodeRules& rules, const FunctionType& type) {
    rules.pop(type.parameters);
    rules.push(type.results);
}

void returnCallType(const CodeRules& rules, const FunctionType& type) {
    if (!rules.areSubtypes(type.results, rules.functionResults()))
        rules.fail("a tail call gives other results than its function");
    rules.pop(type.parameters);
    rules.becomeUnreachable();
}

using TypeRule = void (*)(const CodeRules&, const FunctionType&);

template <TypeRule kRule>
void call(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    kRule(rules, *rules.types().function(rules.module().functions[instruction.index]));
}

template <TypeRule kRule>
void callIndirect(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const FunctionType* type = rules.types().function(instruction.index);
    const TableType& table = rules.module().tables[instruction.second];
    if (!rules.require(type != nullptr, "function type", instruction.index))
        return;
    if (!rules.types().isSubtype(table.element, nullable(AbstractHeap::Func)))
        rules.fail(fmt::format("table {} is not of functions", instruction.second));
    rules.pop(table.limits.address());
    kRule(rules, *type);
}

template <TypeRule kRule>
void callRef(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const FunctionType* type = rules.types().function(instruction.index);
    if (!rules.require(type != nullptr, "function type", instruction.index))
        return;
    rules.pop(reference(HeapType(instruction.index), true));
    kRule(rules, *type);
}

const FunctionType& tagType(const CodeRules& rules, uint32_t tag) {
    return *rules.types().function(rules.module().tags[tag]);
}

void throwRule(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    rules.pop(tagType(rules, instruction.index).parameters);
    rules.becomeUnreachable();
}

void throwRef(CodeValidator& validator, const Instruction&) {
    const CodeRules rules{validator};
    rules.pop(nullable(AbstractHeap::Exn));
    rules.becomeUnreachable();
}

bool isCatching(Opcode opcode) {
    return opcode == Opcode::kCatch || opcode == Opcode::kCatchAll;
}

void rethrow(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    const auto* target = rules.label(instruction.index);
    if (target == nullptr)
        return;
    if (!isCatching(target->opcode))
        rules.fail("a rethrow names a block that catches nothing");
    rules.becomeUnreachable();
}

/// Ends the try or the catch before it. False, with a failure, if there is none.
bool beginCatch(const CodeRules& rules) {
    const Opcode before = rules.innermost().opcode;
    if (before != Opcode::kTry && before != Opcode::kCatch) {
        rules.fail("a catch has no try");
        return false;
    }
    rules.close();
    return true;
}

void catchRule(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    if (beginCatch(rules))
        rules.reopen(instruction.opcode, tagType(rules, instruction.index).parameters);
}

void catchAll(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    if (beginCatch(rules))
        rules.reopen(instruction.opcode, {});
}

void delegate(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    if (rules.innermost().opcode != Opcode::kTry) {
        rules.fail("a delegate has no try");
        return;
    }
    rules.close();
    rules.label(instruction.index + 1);  // counted from outside of the try
    rules.leave();
}

void checkClause(const CodeRules& rules, const CatchClause& clause) {
    if (clause.hasTag() && !rules.require(clause.tag < rules.module().tags.size(), "tag", clause.tag))
        return;
    const auto* target = rules.label(clause.label);
    if (target == nullptr)
        return;
    std::vector<ValueType> caught;
    if (clause.hasTag())
        caught = tagType(rules, clause.tag).parameters;
    if (clause.hasReference())
        caught.push_back(reference(HeapType(AbstractHeap::Exn), false));
    if (!rules.areSubtypes(caught, rules.labelTypesOf(*target)))
        rules.fail("a catch brings what its block does not take");
}

void tryTable(CodeValidator& validator, const Instruction& instruction) {
    const CodeRules rules{validator};
    for (const CatchClause& clause : instruction.catches)
        checkClause(rules, clause);
    rules.open(instruction.opcode, instruction.block);
}

constexpr auto kRules = std::to_array<CodeRuleRow>({
    {Opcode::kUnreachable, unreachable},
    {Opcode::kBlock, block},
    {Opcode::kLoop, block},
    {Opcode::kIf, ifElse},
    {Opcode::kElse, elseRule},
    {Opcode::kEnd, end},
    {Opcode::kBr, br},
    {Opcode::kBrIf, brIf},
    {Opcode::kBrTable, brTable},
    {Opcode::kReturn, returnRule},
    {Opcode::kCall, call<callType>},
    {Opcode::kCallIndirect, callIndirect<callType>},
    {Opcode::kCallRef, callRef<callType>},
    {Opcode::kReturnCall, call<returnCallType>},
    {Opcode::kReturnCallIndirect, callIndirect<returnCallType>},
    {Opcode::kReturnCallRef, callRef<returnCallType>},
    {Opcode::kThrow, throwRule},
    {Opcode::kThrowRef, throwRef},
    {Opcode::kTryTable, tryTable},
    {Opcode::kTry, block},
    {Opcode::kCatch, catchRule},
    {Opcode::kCatchAll, catchAll},
    {Opcode::kRethrow, rethrow},
    {Opcode::kDelegate, delegate},
});

}  // namespace

std::span<const CodeRuleRow> controlRules() {
    return kRules;
}

}  // namespace taipan::wasm
