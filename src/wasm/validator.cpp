// SPDX-License-Identifier: Apache-2.0
//
// The module around its code: index spaces, limits, constants, segments and exports.
#include "wasm/validator.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <unordered_set>

#include "wasm/code_validator.h"
#include "wasm/instructions.h"
#include "wasm/module_context.h"

namespace taipan::wasm {

namespace {

constexpr uint64_t kMostPages = uint64_t{4} << 30 >> 16;
constexpr uint64_t kMostPages64 = uint64_t{1} << 48;

/// Puts an import where its kind is counted.
struct ImportAdder {
    ModuleContext& context;

    void operator()(const FunctionImport& function) const { context.functions.push_back(function.type); }
    void operator()(const TableType& table) const { context.tables.push_back(table); }
    void operator()(const MemoryType& memory) const { context.memories.push_back(memory); }
    void operator()(const GlobalType& global) const { context.globals.push_back(global); }
    void operator()(const TagType& tag) const { context.tags.push_back(tag.type); }
};

class ModuleValidator {
  public:
    explicit ModuleValidator(const Module& module) : module_(module) {}

    /// Each check takes for granted what those before it have found in order.
    Result<void> run() {
        fail(context_.types.build(module_));
        if (failed())
            return result();
        countIndices();
        for (const auto check :
             {&ModuleValidator::checkTypeIndices, &ModuleValidator::checkTables,
              &ModuleValidator::checkMemories, &ModuleValidator::declareFunctions,
              &ModuleValidator::checkGlobals, &ModuleValidator::checkTableInitials,
              &ModuleValidator::checkElements, &ModuleValidator::checkData, &ModuleValidator::checkExports,
              &ModuleValidator::checkStart, &ModuleValidator::checkCode}) {
            (this->*check)();
            if (failed())
                return result();
        }
        return {};
    }

  private:
    bool failed() const { return !failure_.empty(); }
    void fail(std::string what) {
        if (!failed())
            failure_ = std::move(what);
    }
    Result<void> result() const {
        return taipan::fail("the WebAssembly module is not valid: " + failure_, "have its maker look at it");
    }

    void countIndices() {
        for (const Import& one : module_.imports)
            std::visit(ImportAdder{context_}, one.type);
        for (const Function& function : module_.functions)
            context_.functions.push_back(function.type);
        for (const Table& table : module_.tables)
            context_.tables.push_back(table.type);
        for (const MemoryType& memory : module_.memories)
            context_.memories.push_back(memory);
        for (const TagType& tag : module_.tags)
            context_.tags.push_back(tag.type);
        for (const Global& global : module_.globals)
            context_.globals.push_back(global.type);
        for (const ElementSegment& segment : module_.elements)
            context_.elements.push_back(segment.type);
        context_.data_count = module_.data_count;
        context_.referable_functions.resize(context_.functions.size());
    }

    void requireKnown(const ValueType& type, std::string_view where) {
        if (!context_.types.isKnown(type))
            fail(fmt::format("{} is of type {}, which is not there", where, type.heap.index()));
    }

    void checkTypeIndices() {
        for (const uint32_t type : context_.functions) {
            if (context_.types.function(type) == nullptr)
                fail(fmt::format("a function has the type {}, which is no function's", type));
        }
        for (const uint32_t type : context_.tags) {
            const FunctionType* function = context_.types.function(type);
            if (function == nullptr)
                fail(fmt::format("a tag has the type {}, which is no function's", type));
            else if (!function->results.empty())
                fail("a tag has results");
        }
        for (const GlobalType& global : context_.globals)
            requireKnown(global.type, "a global");
        for (const ValueType& element : context_.elements)
            requireKnown(element, "an element segment");
    }

    void checkLimits(const Limits& limits, uint64_t largest, std::string_view what) {
        if (limits.minimum > largest || limits.maximum.value_or(0) > largest)
            fail(fmt::format("a {} is larger than it may be", what));
        if (limits.maximum && *limits.maximum < limits.minimum)
            fail(fmt::format("a {} is larger than its own maximum", what));
        if (limits.is_shared && !limits.maximum)
            fail(fmt::format("a shared {} has no maximum", what));
    }

    void checkTables() {
        for (const TableType& table : context_.tables) {
            requireKnown(table.element, "a table");
            checkLimits(table.limits, table.limits.is_64 ? UINT64_MAX : UINT32_MAX, "table");
            if (table.limits.is_shared)
                fail("a table is shared");
        }
    }

    void checkMemories() {
        for (const MemoryType& memory : context_.memories)
            checkLimits(memory, memory.is_64 ? kMostPages64 : kMostPages, "memory");
    }

    void declare(uint32_t function) {
        if (function < context_.referable_functions.size())
            context_.referable_functions[function] = true;
    }

    void declareIn(Expression expression) {
        ByteReader reader(expression);
        for (Instruction instruction; !reader.atEnd() && readInstruction(reader, instruction);) {
            if (instruction.opcode == Opcode::kRefFunc)
                declare(instruction.index);
        }
    }

    /// Code may refer to functions that occur elsewhere: in constants, element segments and exports.
    void declareFunctions() {
        for (const Export& one : module_.exports) {
            if (one.kind == ExternKind::Function)
                declare(one.index);
        }
        for (const Global& global : module_.globals)
            declareIn(global.initial);
        for (const Table& table : module_.tables) {
            if (table.initial)
                declareIn(*table.initial);
        }
        for (const ElementSegment& segment : module_.elements) {
            if (const auto* functions = std::get_if<std::vector<uint32_t>>(&segment.elements)) {
                std::ranges::for_each(*functions, [this](uint32_t function) { declare(function); });
            } else {
                std::ranges::for_each(std::get<std::vector<Expression>>(segment.elements),
                                      [this](Expression one) { declareIn(one); });
            }
        }
    }

    void checkConstant(const ValueType& type, Expression expression, size_t visible_globals,
                       std::string_view where, size_t number) {
        const std::string wrong =
            CodeValidator(context_).checkConstant(type, expression, static_cast<uint32_t>(visible_globals));
        if (!wrong.empty())
            fail(fmt::format("{} {}: {}", where, number, wrong));
    }

    void checkGlobals() {
        const uint32_t imported = module_.importedCount(ExternKind::Global);
        for (size_t i = 0; i < module_.globals.size() && !failed(); ++i)
            checkConstant(module_.globals[i].type.type, module_.globals[i].initial, imported + i, "global",
                          imported + i);
    }

    void checkTableInitials() {
        for (size_t i = 0; i < module_.tables.size() && !failed(); ++i) {
            const Table& table = module_.tables[i];
            if (table.initial) {
                checkConstant(table.type.element, *table.initial, module_.importedCount(ExternKind::Global),
                              "table", i);
            } else if (!table.type.element.is_nullable) {
                fail("a table without null has no initial element");
            }
        }
    }

    void checkElementSegment(const ElementSegment& segment, size_t number) {
        if (segment.mode == SegmentMode::Active) {
            if (segment.table >= context_.tables.size())
                return fail(fmt::format("element segment {} is for a table that is not there", number));
            const TableType& table = context_.tables[segment.table];
            if (!context_.types.isSubtype(segment.type, table.element))
                return fail(fmt::format("element segment {} does not fit its table", number));
            checkConstant(table.limits.address(), segment.offset, context_.globals.size(), "element segment",
                          number);
        }
        if (const auto* functions = std::get_if<std::vector<uint32_t>>(&segment.elements)) {
            for (const uint32_t function : *functions) {
                if (function >= context_.functions.size())
                    fail(fmt::format("element segment {} names function {}, which is not there", number,
                                     function));
            }
            return;
        }
        for (const Expression& one : std::get<std::vector<Expression>>(segment.elements))
            checkConstant(segment.type, one, context_.globals.size(), "element segment", number);
    }

    void checkElements() {
        for (size_t i = 0; i < module_.elements.size() && !failed(); ++i)
            checkElementSegment(module_.elements[i], i);
    }

    void checkData() {
        for (size_t i = 0; i < module_.data.size() && !failed(); ++i) {
            const DataSegment& segment = module_.data[i];
            if (segment.mode != SegmentMode::Active)
                continue;
            if (segment.memory >= context_.memories.size())
                return fail(fmt::format("data segment {} is for a memory that is not there", i));
            checkConstant(context_.memories[segment.memory].address(), segment.offset,
                          context_.globals.size(), "data segment", i);
        }
    }

    size_t countOf(ExternKind kind) const {
        switch (kind) {
            case ExternKind::Function:
                return context_.functions.size();
            case ExternKind::Table:
                return context_.tables.size();
            case ExternKind::Memory:
                return context_.memories.size();
            case ExternKind::Global:
                return context_.globals.size();
            case ExternKind::Tag:
                break;
        }
        return context_.tags.size();
    }

    void checkExports() {
        std::unordered_set<std::string_view> names;
        for (const Export& one : module_.exports) {
            if (one.index >= countOf(one.kind))
                fail(fmt::format("the export \"{}\" is of what is not there", one.name));
            if (!names.insert(one.name).second)
                fail(fmt::format("two exports are called \"{}\"", one.name));
        }
    }

    void checkStart() {
        if (!module_.start)
            return;
        if (*module_.start >= context_.functions.size())
            return fail("the start function is not there");
        const FunctionType& type = *context_.types.function(context_.functions[*module_.start]);
        if (!type.parameters.empty() || !type.results.empty())
            fail("the start function has parameters or results");
    }

    void checkCode() {
        for (size_t i = 0; i < module_.functions.size() && !failed(); ++i) {
            const Function& function = module_.functions[i];
            const std::string wrong = CodeValidator(context_).checkFunction(
                *context_.types.function(function.type), function.body, function.body_offset);
            if (!wrong.empty())
                fail(fmt::format("function {}: {}", module_.importedCount(ExternKind::Function) + i, wrong));
        }
    }

    const Module& module_;
    ModuleContext context_;
    std::string failure_;
};

}  // namespace

Result<void> validate(const Module& module) {
    return ModuleValidator(module).run();
}

}  // namespace taipan::wasm
