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

constexpr const char* kTool = "cpython/tools/module_graph.py";
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
std::unexpected<Error> refusal(const fs::path& program, const std::vector<std::string>& lines) {
    Error error = fail(fmt::format("cannot compile {}{}", program.string(),
                                   lines.size() == 1 ? ": " + lines.front() : ", see above"))
                      .error();
    if (lines.size() > 1)
        error.evidence = lines;
    return std::unexpected(error);
}

FrozenModule moduleOf(const json& row, const fs::path& folder) {
    FrozenModule module;
    module.row.name = row.at("name");
    module.frozen_name = row.at("frozen_name");
    module.row.kind = row.at("kind");
    module.row.size = row.at("size");
    if (!row.at("importers").empty())
        module.row.first_importer = row.at("importers").at(0).at(0);
    if (module.row.size > 0)
        module.code = folder / fmt::format("{}.code", row.at("number").get<int>());
    module.is_package = module.row.kind == "package" || module.row.kind == "namespace";
    return module;
}

}  // namespace

bool ProgramGraph::has(std::string_view module) const {
    return std::ranges::any_of(modules, [&](const FrozenModule& one) { return one.row.name == module; });
}

Result<ProgramGraph> findModules(const Request& request, const Workplace& place) {
    const fs::path repository = TRY(repositoryRoot());
    const json settings = {{"program", request.program.string()},
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
    const std::vector<std::string> line = {place.tools.python.string(),
                                           "-I",
                                           "-X",
                                           "no_debug_ranges",
                                           (repository / kTool).string(),
                                           settings_file,
                                           place.folder.string()};
    if (!TRY(place.run(line, kLog)).ok())
        return refusal(request.program, place.linesOf(kLog));
    const json found = json::parse(TRY(readFile(place.file("graph.json"))), nullptr, false);
    if (found.is_discarded())
        return internal("the list of modules is damaged");
    ProgramGraph graph;
    for (const json& row : found.at("modules"))
        graph.modules.push_back(moduleOf(row, place.folder));
    graph.main_file = found.at("main_file");
    graph.ready_library = found.at("ready_library");
    graph.ready_program = found.at("ready_program");
    graph.reads_documentation = found.at("reads_documentation");
    graph.imports_anew = found.at("imports_anew");
    return graph;
}

}  // namespace taipan::bundle
