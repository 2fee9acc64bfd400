// SPDX-License-Identifier: Apache-2.0
//
// Types one body of instructions with a stack of operands and a stack of open blocks, as in the appendix
// "Validation Algorithm" of the specification. Instructions whose types the table of opcodes gives are done
// in one place; each other one has a function of its own, in the file of its family.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wasm/instructions.h"
#include "wasm/module_context.h"

namespace taipan::wasm {

class CodeValidator {
  public:
    explicit CodeValidator(const ModuleContext& module) : module_(module) {}

    /// Empty if the body is that of a function of this type.
    std::string checkFunction(const FunctionType& type, Bytes body, size_t file_offset);

    /// Empty if the expression is constant and gives the type. Only globals before `visible_globals` may be
    /// read.
    std::string checkConstant(const ValueType& type, Bytes expression, uint32_t visible_globals);

  private:
    friend struct CodeRules;

    /// An open block.
    struct Frame {
        Opcode opcode = Opcode::kBlock;
        BlockType block = {};
        size_t height = 0;              ///< of the operands below it
        size_t initialized_height = 0;  ///< of the locals that were set before it
        bool is_unreachable = false;
    };
    using Types = std::span<const ValueType>;

    bool failed() const { return !failure_.empty(); }
    void fail(std::string_view what);
    /// Says what is missing if there is no such thing.
    bool require(bool is_there, std::string_view what, uint32_t index);

    void push(const ValueType& type) { operands_.push_back(type); }
    void push(Types types) { operands_.insert(operands_.end(), types.begin(), types.end()); }
    ValueType pop();
    ValueType pop(const ValueType& expected);
    void pop(Types expected);
    /// A reference, or Unknown.
    ValueType popReference();

    Types parametersOf(const Frame& frame) const;
    Types resultsOf(const Frame& frame) const;
    /// What a jump to the block brings along.
    Types labelTypesOf(const Frame& frame) const;
    /// Takes the block's parameters off and opens it with them.
    void open(Opcode opcode, const BlockType& block);
    /// Checks that the innermost block gives its results, and takes them off; then comes reopen() or leave().
    void close();
    /// The next part of the same block: an else or a catch.
    void reopen(Opcode opcode, Types operands);
    /// Goes on behind the block, with its results.
    void leave();
    bool areSubtypes(Types subs, Types supers) const;
    void becomeUnreachable();
    /// Null, with a failure, if there are not so many blocks.
    const Frame* label(uint32_t depth);
    bool checkBlockType(const BlockType& block);

    void run(ByteReader& reader);
    void apply(const Instruction& instruction);
    void applySignature(const OpcodeInfo& info, const Instruction& instruction);
    void checkImmediates(const OpcodeInfo& info, const Instruction& instruction);
    void checkAccess(const OpcodeInfo& info, const Instruction& instruction);
    ValueType addressOf(const OpcodeInfo& info, const Instruction& instruction);
    ValueType typeOfLetter(char letter, const OpcodeInfo& info, const Instruction& instruction);
    bool readLocals(ByteReader& reader, const FunctionType& type);
    void checkIsConstant(const Instruction& instruction);
    void setLocal(uint32_t index);

    const ModuleContext& module_;
    std::string failure_;
    size_t offset_ = 0;  ///< of the instruction at hand
    std::vector<ValueType> operands_;
    std::vector<Frame> frames_;
    std::vector<ValueType> locals_;
    std::vector<bool> is_initialized_;
    std::vector<uint32_t> initialized_;  ///< in the order in which they were
    Types function_results_;
    bool is_constant_ = false;
    uint32_t visible_globals_ = 0;
};

/// A rule: how one instruction changes the stacks.
using CodeRule = void (*)(CodeValidator&, const Instruction&);

struct CodeRuleRow {
    Opcode opcode;
    CodeRule rule;
};

// The families, each in its own file.
std::span<const CodeRuleRow> controlRules();
std::span<const CodeRuleRow> variableRules();
std::span<const CodeRuleRow> referenceRules();
std::span<const CodeRuleRow> aggregateRules();

}  // namespace taipan::wasm
