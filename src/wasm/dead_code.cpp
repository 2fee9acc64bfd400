// SPDX-License-Identifier: Apache-2.0
#include "wasm/dead_code.h"

#include <algorithm>

#include "wasm/byte_writer.h"
#include "wasm/function_body.h"

namespace taipan::wasm {

namespace {

class Reachability {
  public:
    explicit Reachability(const Module& module)
        : module_(module),
          imported_(module.importedCount(ExternKind::Function)),
          is_live_(imported_ + module.functions.size()) {}

    bool follow() {
        addRoots();
        while (is_readable_ && !todo_.empty()) {
            const uint32_t index = todo_.back();
            todo_.pop_back();
            if (index >= imported_)
                addInstructions(instructionsOf(module_.functions[index - imported_]));
        }
        return is_readable_;
    }

    bool isLive(size_t own_function) const { return is_live_[imported_ + own_function]; }

  private:
    void add(uint32_t function) {
        if (function >= is_live_.size()) {
            is_readable_ = false;
        } else if (!is_live_[function]) {
            is_live_[function] = true;
            todo_.push_back(function);
        }
    }

    void addInstructions(const ByteReader& code) {
        is_readable_ &= forEachInstruction(code, [this](const Instruction& instruction) {
            if (infoOf(instruction.opcode).immediates == Immediates::Function)
                add(instruction.index);
            return true;
        });
    }

    void addRoots() {
        for (const Export& one : module_.exports) {
            if (one.kind == ExternKind::Function)
                add(one.index);
        }
        if (module_.start)
            add(*module_.start);
        for (const Global& global : module_.globals)
            addInstructions(ByteReader(global.initial));
        for (const Table& table : module_.tables) {
            if (table.initial)
                addInstructions(ByteReader(*table.initial));
        }
        for (const ElementSegment& segment : module_.elements)
            addElements(segment);
    }

    void addElements(const ElementSegment& segment) {
        if (const auto* functions = std::get_if<std::vector<uint32_t>>(&segment.elements)) {
            std::ranges::for_each(*functions, [this](uint32_t function) { add(function); });
        } else {
            for (const Expression& element : std::get<std::vector<Expression>>(segment.elements))
                addInstructions(ByteReader(element));
        }
    }

    const Module& module_;
    uint32_t imported_;
    std::vector<bool> is_live_;
    std::vector<uint32_t> todo_;
    bool is_readable_ = true;
};

/// No locals, and the end of everything.
Bytes trapBody(Module& module) {
    ByteWriter writer;
    writer.u32(0);
    writeInstruction(writer, {.opcode = Opcode::kUnreachable});
    writeInstruction(writer, {.opcode = Opcode::kEnd});
    return module.keep(std::move(writer).take());
}

}  // namespace

Result<size_t> dropDeadCode(Module& module) {
    Reachability reachability(module);
    if (!reachability.follow())
        return fail("cannot follow the calls of the module");
    const Bytes trap = trapBody(module);
    size_t saved = 0;
    for (size_t i = 0; i < module.functions.size(); ++i) {
        Function& function = module.functions[i];
        if (reachability.isLive(i) || function.body.size() <= trap.size())
            continue;
        saved += function.body.size() - trap.size();
        function.body = trap;
    }
    return saved;
}

}  // namespace taipan::wasm
