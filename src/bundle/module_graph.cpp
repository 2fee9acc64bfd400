// SPDX-License-Identifier: Apache-2.0
#include "bundle/module_graph.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "bundle/program_source.h"
#include "support/files.h"
#include "support/paths.h"
#include "support/text.h"

namespace taipan::bundle {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

constexpr const char* kTool = "cpython/tools/module_graph";
constexpr const char* kTracer = "cpython/tools/module_graph/trace_imports.py";
constexpr const char* kOwnModules = "cpython/3.13/bundle";
constexpr const char* kFacts = "cpython/3.13/import_facts.json";

Result<std::vector<std::string>> builtinModules(const interpreter::BundleTools& tools) {
    std::vector<std::string> names = splitLines(TRY(readFile(tools.kit / "modules.txt")));
    for (const InitFunction& core : kInitFunctions)
        names.emplace_back(core.module);
    return names;
}

std::vector<std::string> strings(const std::vector<fs::path>& paths) {
    std::vector<std::string> texts;
    texts.reserve(paths.size());
    for (const fs::path& path : paths)
        texts.push_back(path.string());
    return texts;
}

/// The last line of what the tool said is the reason; what stands above it belongs to it.
std::unexpected<Error> refusal(const std::string& program, const std::vector<std::string>& lines) {
    Error error = fail(fmt::format("cannot compile {}{}", program,
                                   lines.size() == 1 ? ": " + lines.front() : ", see above"))
                      .error();
    if (lines.size() > 1)
        error.evidence = lines;
    return std::unexpected(error);
}

/// "json:12": who imports, and where.
std::string importerOf(const json& pair) {
    const int line = pair.at(1);
    const std::string name = pair.at(0);
    return line > 0 ? fmt::format("{}:{}", name, line) : name;
}

FrozenModule moduleOf(const json& row, const fs::path& folder) {
    FrozenModule module;
    module.row.name = row.at("name");
    module.frozen_name = row.at("frozen_name");
    module.row.kind = row.at("kind");
    module.row.size = row.at("size");
    module.row.is_library = row.at("is_library");
    for (const json& importer : row.at("importers"))
        module.row.importers.push_back(importerOf(importer));
    module.file = row.at("file").get<std::string>();
    module.shown = row.at("shown");
    if (module.row.size > 0)
        module.code = folder / fmt::format("{}.code", row.at("number").get<int>());
    module.is_package = module.row.kind == "package" || module.row.kind == "namespace";
    return module;
}

json inputOf(const Input& program) {
    constexpr const char* kKinds[] = {"script", "folder", "module", "entry"};  // in the order of InputKind
    return {{"kind", kKinds[static_cast<size_t>(program.kind)]},
            {"path", program.path.string()},
            {"module", program.module},
            {"function", program.function}};
}

/// Runs the program natively and returns what it imports.
Result<std::vector<std::string>> tracedModules(const Request& request, const Workplace& place) {
    if (!request.trace)
        return std::vector<std::string>();
    const std::string settings_file = place.file("trace.json");
    const std::string names_file = place.file("traced.txt");
    const json settings = {{"program", inputOf(request.program)},
                           {"python_path", strings(request.python_path)}};
    TRY(writeFile(settings_file, settings.dump(-1, ' ', false, json::error_handler_t::replace)));
    constexpr std::string_view kLog = "trace.log";
    std::vector<std::string> line = {place.tools.python.string(),
                                     "-E",
                                     "-s",
                                     (TRY(repositoryRoot()) / kTracer).string(),
                                     settings_file,
                                     names_file};
    line.insert(line.end(), request.trace->begin(), request.trace->end());
    TRY(place.run(line, kLog));
    const Result<std::string> names = readFile(names_file);
    if (names)
        return splitLines(*names);
    Error error = fail(fmt::format("the run of {} that --trace asks for did not come to its end",
                                   request.program.name()))
                      .error();
    error.evidence = place.linesOf(kLog);
    return std::unexpected(error);
}

}  // namespace

bool ProgramGraph::has(std::string_view module) const {
    return std::ranges::any_of(modules, [&](const FrozenModule& one) { return one.row.name == module; });
}

std::vector<ProgramFile> ProgramGraph::sources() const {
    std::vector<ProgramFile> files;
    for (const FrozenModule& module : modules) {
        std::error_code error;
        if (module.file.extension() != ".py")
            continue;
        const size_t size = fs::file_size(module.file, error);
        if (!error)
            files.push_back({module.shown, module.file, size, true});
    }
    return files;
}

Result<ProgramGraph> findModules(const Request& request, const Workplace& place) {
    const fs::path repository = TRY(repositoryRoot());
    const std::vector<std::string> traced = TRY(tracedModules(request, place));
    const json settings = {{"program", inputOf(request.program)},
                           {"optimize", request.optimize},
                           {"keeps_sources", request.keeps_sources},
                           {"traced", traced},
                           {"python_path", strings(request.python_path)},
                           {"include", request.include},
                           {"exclude", request.exclude},
                           {"library", place.tools.standard_library.string()},
                           {"builtins", TRY(builtinModules(place.tools))},
                           {"facts", (repository / kFacts).string()},
                           {"own_modules", (repository / kOwnModules).string()}};
    const std::string settings_file = place.file("settings.json");
    TRY(writeFile(settings_file, settings.dump(-1, ' ', false, json::error_handler_t::replace)));
    constexpr std::string_view kLog = "graph.log";
    std::vector<std::string> line = {place.tools.python.string(), "-E", "-s"};
    if (!request.keeps_sources)  // nobody shows what column numbers point to
        line.insert(line.end(), {"-X", "no_debug_ranges"});
    line.insert(line.end(), {(repository / kTool).string(), settings_file, place.folder.string()});
    if (!TRY(place.run(line, kLog)).ok())
        return refusal(request.program.name(), place.linesOf(kLog));
    const json found = json::parse(TRY(readFile(place.file("graph.json"))), nullptr, false);
    if (found.is_discarded())
        return internal("the list of modules is damaged");
    ProgramGraph graph;
    for (const json& row : found.at("modules"))
        graph.modules.push_back(moduleOf(row, place.folder));
    graph.main_file = found.at("main_file");
    graph.main_module = found.at("main_module");
    for (const auto& [name, importers] : found.at("missing").items())
        graph.missing.push_back({name, importerOf(importers.at(0))});
    graph.ready_library = found.at("ready_library");
    graph.ready_program = found.at("ready_program");
    graph.reads_documentation = found.at("reads_documentation");
    graph.reads_character_names = found.at("reads_character_names");
    graph.imports_anew = found.at("imports_anew");
    return graph;
}

}  // namespace taipan::bundle
