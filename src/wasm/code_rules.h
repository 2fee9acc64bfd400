// SPDX-License-Identifier: Apache-2.0
//
// What rules may do to a validator: its inner functions under one roof, for the files of the families alone.
#pragma once

#include "wasm/code_validator.h"

namespace taipan::wasm {

struct CodeRules {
    using Types = CodeValidator::Types;
    using Frame = CodeValidator::Frame;

    CodeValidator& validator;

    const ModuleContext& module() const { return validator.module_; }
    const TypeTable& types() const { return validator.module_.types; }
    void fail(std::string_view what) const { validator.fail(what); }
    bool failed() const { return validator.failed(); }
    bool require(bool is_there, std::string_view what, uint32_t index) const {
        return validator.require(is_there, what, index);
    }

    void push(const ValueType& type) const { validator.push(type); }
    void push(Types types) const { validator.push(types); }
    ValueType pop() const { return validator.pop(); }
    ValueType pop(const ValueType& expected) const { return validator.pop(expected); }
    void pop(Types expected) const { validator.pop(expected); }
    ValueType popReference() const { return validator.popReference(); }

    void open(Opcode opcode, const BlockType& block) const { validator.open(opcode, block); }
    void close() const { validator.close(); }
    void reopen(Opcode opcode, Types operands) const { validator.reopen(opcode, operands); }
    void leave() const { validator.leave(); }
    void becomeUnreachable() const { validator.becomeUnreachable(); }
    const Frame& innermost() const { return validator.frames_.back(); }
    const Frame* label(uint32_t depth) const { return validator.label(depth); }
    Types parametersOf(const Frame& frame) const { return validator.parametersOf(frame); }
    Types resultsOf(const Frame& frame) const { return validator.resultsOf(frame); }
    Types labelTypesOf(const Frame& frame) const { return validator.labelTypesOf(frame); }
    Types functionResults() const { return validator.function_results_; }
    bool areSubtypes(Types subs, Types supers) const { return validator.areSubtypes(subs, supers); }

    const ValueType& local(uint32_t index) const { return validator.locals_[index]; }
    bool isInitialized(uint32_t index) const { return validator.is_initialized_[index]; }
    void setLocal(uint32_t index) const { validator.setLocal(index); }
};

}  // namespace taipan::wasm
