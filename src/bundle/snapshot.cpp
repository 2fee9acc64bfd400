// SPDX-License-Identifier: Apache-2.0
#include "bundle/snapshot.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include "bundle/spent_data.h"
#include "support/files.h"
#include "support/text.h"
#include "wasm/compilation_hints.h"
#include "wasm/instance_state.h"
#include "wasm/instructions.h"

namespace taipan::bundle {

using nlohmann::json;

namespace {

constexpr std::string_view kStartExport = "taipan_start";
constexpr uint32_t kLowestAddress = 1024;
constexpr uint32_t kUsedStack = 65536;
constexpr std::string_view kPackedExport = "taipan_packed";
constexpr std::string_view kGlobalPrefix = "taipan.global.";

std::unexpected<Error> refusal(const std::vector<std::string>& lines) {
    Error error = fail(fmt::format("cannot take a snapshot of the program: {}",
                                   lines.empty() ? "no reason was given" : lines.back()),
                       "compile with --no-snapshot")
                      .error();
    if (lines.size() > 1)
        error.evidence = lines;
    return std::unexpected(error);
}

Result<uint64_t> bitsOf(const json& globals, size_t number) {
    const std::string text = globals.value(fmt::format("{}{}", kGlobalPrefix, number), std::string());
    int64_t value = 0;
    if (std::from_chars(text.data(), text.data() + text.size(), value).ec != std::errc())
        return internal("the snapshot's globals are not whole numbers");
    return static_cast<uint64_t>(value);
}

Result<wasm::InstanceState> stateOf(const wasm::Module& module, const json& state, const Workplace& place) {
    wasm::InstanceState result;
    result.memory = TRY(place.readBytes("memory.bin"));
    const size_t count = wasm::mutableGlobals(module).size();
    for (size_t i = 0; i < count; ++i)
        result.globals.push_back(TRY(bitsOf(state.at("globals"), i)));
    return result;
}

/// The stack lies below all data (-Wl,--stack-first) and holds nothing while no function runs.
uint32_t dropStack(wasm::InstanceState& state) {
    if (state.globals.empty())
        return 0;
    const size_t top = std::min<size_t>(static_cast<uint32_t>(state.globals.front()), state.memory.size());
    std::fill_n(state.memory.begin(), top, uint8_t{0});
    return static_cast<uint32_t>(top);
}

/// Of an exported variable.
Result<uint32_t> addressOf(const wasm::Module& module, std::string_view name) {
    const wasm::Export* const variable = module.findExport(name, wasm::ExternKind::Global);
    if (variable == nullptr)
        return internal(fmt::format("the linked program has no {}", name));
    wasm::ByteReader reader(module.globals.at(variable->index).initial);
    wasm::Instruction value;
    if (!wasm::readInstruction(reader, value) || value.opcode != wasm::Opcode::kI32Const)
        return internal(fmt::format("the linked program does not say where {} is", name));
    return static_cast<uint32_t>(value.bits);
}

/// Programs start with _start: from now on with the one that knows of the snapshot.
Result<void> replaceStart(wasm::Module& module) {
    const wasm::Export* const start = module.findExport(kStartExport, wasm::ExternKind::Function);
    if (start == nullptr)
        return internal("the linked program cannot start from a snapshot");
    const uint32_t index = start->index;
    for (wasm::Export& one : module.exports) {
        if (one.name == "_start")
            one.index = index;
    }
    return {};
}

/// "Compiled function 0x1234#567 using Liftoff, took ..." -> 567
std::optional<uint32_t> compiledFunction(std::string_view line) {
    constexpr std::string_view kBefore = "Compiled function ";
    const size_t number = line.find('#');
    uint32_t function = 0;
    if (!line.starts_with(kBefore) || number == std::string_view::npos ||
        std::from_chars(line.data() + number + 1, line.data() + line.size(), function).ec != std::errc())
        return std::nullopt;
    return function;
}

}  // namespace

Result<std::vector<LateModule>> addSnapshot(wasm::Module& module, const ProgramGraph& graph,
                                            const Workplace& place, std::string_view link_map) {
    const json plan = {
        {"library", graph.ready_library}, {"program", graph.ready_program}, {"anew", graph.imports_anew}};
    const std::string plan_file = place.file("plan.json");
    TRY(writeFile(plan_file, plan.dump(-1, ' ', false, json::error_handler_t::replace)));
    constexpr std::string_view kProgram = "prepare.wasm";
    constexpr std::string_view kLog = "prepare.log";
    wasm::Module prepared = module;  // whose globals the host can read
    wasm::exportMutableGlobals(prepared, kGlobalPrefix);
    TRY(place.writeModule(prepared, kProgram));
    if (!TRY(place.runScript({"--stack-size=7000"}, "prepare.mjs",
                             {place.file(kProgram), plan_file, place.folder.string()}, kLog))
             .ok())
        return refusal(place.linesOf(kLog));
    const json found = json::parse(TRY(readFile(place.file("state.json"))), nullptr, false);
    if (found.is_discarded())
        return internal("the state of the prepared program is damaged");
    wasm::InstanceState state = TRY(stateOf(module, found, place));
    clearSpentData(state.memory, link_map,
                   graph.reads_documentation ? Documentation::Kept : Documentation::Shed);
    const uint32_t stack = dropStack(state);
    // The uppermost part is in use while it is unpacked.
    const wasm::PackedPlace waiting{kLowestAddress, stack - std::min(stack, kLowestAddress + kUsedStack),
                                    TRY(addressOf(module, kPackedExport))};
    TRY(wasm::putPackedState(module, std::move(state), waiting));
    std::vector<LateModule> late;
    for (const auto& [name, reason] : found.at("blocked").items())
        late.push_back({name, reason.get<std::string>()});
    return late;
}

// Node tells what it compiles during a rehearsal. How that ends does not matter: an engine works without
// hints as well.
Result<void> addHints(wasm::Module& module, const Workplace& place) {
    constexpr std::string_view kProgram = "rehearse.wasm";
    constexpr std::string_view kLog = "rehearse.log";
    TRY(place.writeModule(module, kProgram));
    TRY(place.runScript({"--liftoff-only", "--trace-wasm-compilation-times"}, "rehearse.mjs",
                        {place.file(kProgram), place.file("rehearsal.code")}, kLog));
    std::vector<uint32_t> functions;
    for (const std::string& line : place.linesOf(kLog)) {
        if (const auto function = compiledFunction(line))
            functions.push_back(*function);
    }
    wasm::addCompilationHints(module, functions);
    return replaceStart(module);
}

}  // namespace taipan::bundle
