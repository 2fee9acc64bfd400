// SPDX-License-Identifier: Apache-2.0
#include "bundle/bundle.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <system_error>
#include <utility>

#include "bundle/module_graph.h"
#include "bundle/program_source.h"
#include "bundle/snapshot.h"
#include "bundle/workplace.h"
#include "support/files.h"
#include "support/interruption.h"
#include "support/text.h"
#include "wasm/dead_code.h"
#include "wasm/instance_state.h"
#include "wasm/module.h"
#include "wasm/validator.h"

namespace taipan::bundle {

namespace fs = std::filesystem;

namespace {

/// runtime/bundle/without_ast.cpp, and what it stands in for.
constexpr auto kWithoutAst =
    std::to_array<std::string_view>({"without_ast.o", "-Wl,--wrap=PyAST_Check", "-Wl,--wrap=PyAST_mod2obj",
                                     "-Wl,--wrap=PyAST_obj2mod", "-Wl,--wrap=_PyAST_Fini"});

/// Words of a file of the kit, a line each.
Result<void> appendWords(std::vector<std::string>& line, const fs::path& file) {
    for (const std::string& word : splitLines(TRY(readFile(file)))) {
        if (!word.empty())
            line.push_back(word);
    }
    return {};
}

Result<void> runClang(const Workplace& place, const std::vector<std::string>& line) {
    constexpr std::string_view kLog = "clang.log";
    if (TRY(place.run(line, kLog, place.tools.kit)).ok())
        return {};
    Error error = internal("the compiled program cannot be linked").error();
    error.evidence = place.linesOf(kLog);
    return std::unexpected(error);
}

/// The program's own object, then all that the kit says. Returns the name of the file.
Result<std::string> link(const Workplace& place, const ProgramGraph& graph) {
    const std::string source = place.file("program.c");
    const std::string object = place.file("program.o");
    const std::string linked = "linked.wasm";
    TRY(writeFile(source, programSource(graph)));
    std::vector<std::string> compile;
    TRY(appendWords(compile, place.tools.kit / "compiler.txt"));
    std::vector<std::string> line = compile;
    compile.insert(compile.end(), {"-std=c23", "-O1", "-c", source, "-o", object});
    TRY(runClang(place, compile));
    line.insert(line.end(), {"-o", place.file(linked), object});
    if (!graph.has("_ast"))
        line.insert(line.end(), kWithoutAst.begin(), kWithoutAst.end());
    TRY(appendWords(line, place.tools.kit / "link.txt"));
    TRY(runClang(place, line));
    return linked;
}

/// Reads the linked file and is sure that engines will take it.
Result<wasm::Module> readLinked(const std::vector<uint8_t>& bytes) {
    wasm::Module module = TRY(wasm::readModule(bytes));
    TRY(wasm::validate(module));
    return module;
}

/// The program and what runs it on Node as one file.
Result<std::string> packForNode(const Workplace& place, std::string_view program) {
    constexpr std::string_view kLog = "pack.log";
    const std::string packed = place.file("packed.mjs");
    const std::string runner = (place.tools.host / "bundle/node.mjs").string();
    if (!TRY(place.runScript({}, "pack.mjs", {runner, place.file(program), packed}, kLog)).ok())
        return internal(
            fmt::format("the compiled program cannot be packed: {}", fmt::join(place.linesOf(kLog), "; ")));
    return readFile(packed);
}

Result<std::string> inForm(const Workplace& place, Form form, std::string_view program) {
    switch (form) {
        case Form::Wasm:
            return readFile(place.file(program));
        case Form::Node:
            return packForNode(place, program);
    }
    std::unreachable();
}

}  // namespace

Result<Report> compile(const Request& request, const interpreter::BundleTools& tools,
                       const Environment& environment) {
    const Interruption interruption;  // ends only when the folder below is gone
    std::error_code error;
    const fs::path temporary = fs::temp_directory_path(error);
    if (error)
        return failSystem(error.value(), "cannot use the folder for temporary files, which TMPDIR names");
    const TemporaryDirectory folder = TRY(TemporaryDirectory::create(temporary, "taipan-compile-"));
    const ProcessRunner runner(environment, &interruption);
    const Workplace place{tools, runner, folder.path()};
    const ProgramGraph graph = TRY(findModules(request, place));
    const std::vector<uint8_t> bytes = TRY(place.readBytes(TRY(link(place, graph))));
    wasm::Module module = TRY(readLinked(bytes));
    Report report;
    if (request.takes_snapshot)
        report.late = TRY(addSnapshot(module, graph, place));
    wasm::removeExports(module, kSnapshotExports);
    TRY(wasm::dropDeadCode(module));
    TRY(wasm::validate(module));
    constexpr std::string_view kProgram = "program.wasm";
    report.size = TRY(place.writeModule(module, kProgram));
    for (const Output& output : request.outputs)
        TRY(writeFile(output.file, TRY(inForm(place, output.form, kProgram))));
    for (const FrozenModule& one : graph.modules)
        report.modules.push_back(one.row);
    return report;
}

}  // namespace taipan::bundle
