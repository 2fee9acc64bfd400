// SPDX-License-Identifier: Apache-2.0
#include "bundle/snapshot.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <optional>

#include "support/files.h"
#include "support/text.h"
#include "wasm/compilation_hints.h"
#include "wasm/instance_state.h"
#include "wasm/instructions.h"

namespace taipan::bundle {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr std::string_view kStartExport = "taipan_start";
constexpr uint32_t kLowestAddress = 1024;
constexpr uint32_t kUsedStack = 65536;
constexpr std::string_view kPackedExport = "taipan_packed";
constexpr std::string_view kGlobalPrefix = "taipan.global.";

/// The module with its globals exported, for the host to read them.
Result<fs::path> writeForHost(wasm::Module module, const fs::path& folder) {
    wasm::exportMutableGlobals(module, kGlobalPrefix);
    const std::vector<uint8_t> bytes = wasm::writeModule(module);
    const fs::path file = folder / "prepare.wasm";
    TRY(writeFile(file, std::string(bytes.begin(), bytes.end())));
    return file;
}

std::unexpected<Error> refusal(const fs::path& log) {
    std::vector<std::string> lines = splitLines(readFile(log).value_or(std::string()));
    while (!lines.empty() && trim(lines.back()).empty())
        lines.pop_back();
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

Result<wasm::InstanceState> stateOf(const wasm::Module& module, const json& state, const fs::path& folder) {
    wasm::InstanceState result;
    const std::string memory = TRY(readFile(folder / "memory.bin"));
    result.memory.assign(memory.begin(), memory.end());
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

/// Which functions programs with these modules begin with: Node tells what it compiles during a rehearsal. An
/// engine works without, so whatever goes wrong with it is no reason to give up.
Result<void> addHints(wasm::Module& module, const interpreter::BundleTools& tools,
                      const ProcessRunner& runner, const fs::path& folder) {
    const std::vector<uint8_t> bytes = wasm::writeModule(module);
    const fs::path program = folder / "rehearse.wasm";
    TRY(writeFile(program, std::string(bytes.begin(), bytes.end())));
    const fs::path log = folder / "rehearse.log";
    TRY(runner.run(
        {{tools.node.string(), "--liftoff-only", "--trace-wasm-compilation-times",
          (tools.host / "rehearse.mjs").string(), program.string(), (folder / "rehearsal.code").string()},
         std::nullopt,
         {}},
        Streams::Log, log));
    std::vector<uint32_t> functions;
    for (const std::string& line : splitLines(TRY(readFile(log)))) {
        if (const auto function = compiledFunction(line))
            functions.push_back(*function);
    }
    wasm::addCompilationHints(module, functions);
    return {};
}

}  // namespace

Result<std::vector<LateModule>> addSnapshot(wasm::Module& module, const ProgramGraph& graph,
                                            const interpreter::BundleTools& tools,
                                            const ProcessRunner& runner, const fs::path& folder) {
    const json plan = {
        {"library", graph.ready_library}, {"program", graph.ready_program}, {"anew", graph.imports_anew}};
    TRY(writeFile(folder / "plan.json", plan.dump(-1, ' ', false, json::error_handler_t::replace)));
    const fs::path prepared = TRY(writeForHost(module, folder));
    const fs::path log = folder / "prepare.log";
    const ExitStatus status =
        TRY(runner.run({{tools.node.string(), "--stack-size=7000", (tools.host / "prepare.mjs").string(),
                         prepared.string(), (folder / "plan.json").string(), folder.string()},
                        std::nullopt,
                        {}},
                       Streams::Log, log));
    if (!status.ok())
        return refusal(log);
    const json found = json::parse(TRY(readFile(folder / "state.json")), nullptr, false);
    if (found.is_discarded())
        return internal("the state of the prepared program is damaged");
    wasm::InstanceState state = TRY(stateOf(module, found, folder));
    const uint32_t stack = dropStack(state);
    // The uppermost part is in use while it is unpacked.
    const wasm::PackedPlace place{kLowestAddress, stack - std::min(stack, kLowestAddress + kUsedStack),
                                  TRY(addressOf(module, kPackedExport))};
    TRY(wasm::putPackedState(module, std::move(state), place));
    TRY(addHints(module, tools, runner, folder));
    TRY(replaceStart(module));
    std::vector<LateModule> late;
    for (const auto& [name, reason] : found.at("blocked").items())
        late.push_back({name, reason.get<std::string>()});
    return late;
}

}  // namespace taipan::bundle
