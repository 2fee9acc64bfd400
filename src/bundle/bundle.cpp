// SPDX-License-Identifier: Apache-2.0
#include "bundle/bundle.h"

#include <fmt/format.h>

#include <system_error>
#include <utility>

#include "bundle/module_graph.h"
#include "bundle/program_source.h"
#include "bundle/snapshot.h"
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

Result<std::vector<uint8_t>> readBytes(const fs::path& file) {
    const std::string text = TRY(readFile(file));
    return std::vector<uint8_t>(text.begin(), text.end());
}

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

Result<void> runClang(const ProcessRunner& runner, const std::vector<std::string>& line, const fs::path& kit,
                      const fs::path& log) {
    if (TRY(runner.run({line, kit, {}}, Streams::Log, log)).ok())
        return {};
    Error error = internal("the compiled program cannot be linked").error();
    error.evidence = splitLines(readFile(log).value_or(std::string()));
    return std::unexpected(error);
}

/// The program's own object, then all that the kit says.
Result<void> link(const fs::path& source, const fs::path& output, const ProgramGraph& graph,
                  const interpreter::BundleTools& tools, const ProcessRunner& runner, const fs::path& log) {
    const fs::path object = fs::path(source).replace_extension(".o");
    std::vector<std::string> compile;
    TRY(appendWords(compile, tools.kit / "compiler.txt"));
    std::vector<std::string> line = compile;
    compile.insert(compile.end(), {"-std=c23", "-O1", "-c", source.string(), "-o", object.string()});
    TRY(runClang(runner, compile, tools.kit, log));
    line.insert(line.end(), {"-o", output.string(), object.string()});
    if (!graph.has("_ast"))
        line.insert(line.end(), kWithoutAst.begin(), kWithoutAst.end());
    TRY(appendWords(line, tools.kit / "link.txt"));
    return runClang(runner, line, tools.kit, log);
}

/// Reads the linked file and is sure that engines will take it.
Result<wasm::Module> readLinked(const std::vector<uint8_t>& bytes) {
    wasm::Module module = TRY(wasm::readModule(bytes));
    TRY(wasm::validate(module));
    return module;
}

/// The program and what runs it on Node as one file.
Result<std::string> packForNode(const fs::path& program, const interpreter::BundleTools& tools,
                                const ProcessRunner& runner, const fs::path& folder) {
    const fs::path packed = folder / "packed.mjs";
    const fs::path log = folder / "pack.log";
    const ExitStatus status =
        TRY(runner.run({{tools.node.string(), (tools.host / "pack.mjs").string(),
                         (tools.host / "bundle/node.mjs").string(), program.string(), packed.string()},
                        std::nullopt,
                        {}},
                       Streams::Log, log));
    if (!status.ok())
        return internal("the compiled program cannot be packed: " + readFile(log).value_or(std::string()));
    return readFile(packed);
}

Result<std::string> inForm(Form form, const fs::path& program, const interpreter::BundleTools& tools,
                           const ProcessRunner& runner, const fs::path& folder) {
    switch (form) {
        case Form::Wasm:
            return readFile(program);
        case Form::Node:
            return packForNode(program, tools, runner, folder);
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
    const ProgramGraph graph = TRY(findModules(request, tools, runner, folder.path()));
    const fs::path source = folder.path() / "program.c";
    TRY(writeFile(source, programSource(graph)));
    const fs::path linked = folder.path() / "linked.wasm";
    TRY(link(source, linked, graph, tools, runner, folder.path() / "clang.log"));
    const std::vector<uint8_t> bytes = TRY(readBytes(linked));
    wasm::Module module = TRY(readLinked(bytes));
    Report report;
    if (request.takes_snapshot)
        report.late = TRY(addSnapshot(module, graph, tools, runner, folder.path()));
    wasm::removeExports(module, kSnapshotExports);
    TRY(wasm::dropDeadCode(module));
    TRY(wasm::validate(module));
    const std::vector<uint8_t> result = wasm::writeModule(module);
    const fs::path program = folder.path() / "program.wasm";
    TRY(writeFile(program, std::string(result.begin(), result.end())));
    for (const Output& output : request.outputs)
        TRY(writeFile(output.file, TRY(inForm(output.form, program, tools, runner, folder.path()))));
    report.size = result.size();
    for (const FrozenModule& one : graph.modules)
        report.modules.push_back(one.row);
    return report;
}

}  // namespace taipan::bundle
