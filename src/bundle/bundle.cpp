// SPDX-License-Identifier: Apache-2.0
#include "bundle/bundle.h"

#include <fmt/format.h>

#include <system_error>

#include "bundle/module_graph.h"
#include "bundle/program_source.h"
#include "support/files.h"
#include "support/interruption.h"
#include "support/text.h"
#include "wasm/module.h"
#include "wasm/validator.h"

namespace taipan::bundle {

namespace fs = std::filesystem;

namespace {

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
Result<void> link(const fs::path& source, const fs::path& output, const interpreter::BundleTools& tools,
                  const ProcessRunner& runner, const fs::path& log) {
    const fs::path object = fs::path(source).replace_extension(".o");
    std::vector<std::string> compile;
    TRY(appendWords(compile, tools.kit / "compiler.txt"));
    std::vector<std::string> line = compile;
    compile.insert(compile.end(), {"-std=c23", "-O1", "-c", source.string(), "-o", object.string()});
    TRY(runClang(runner, compile, tools.kit, log));
    line.insert(line.end(), {"-o", output.string(), object.string()});
    TRY(appendWords(line, tools.kit / "link.txt"));
    return runClang(runner, line, tools.kit, log);
}

/// Reads the linked file, writes it as short as it can be, and is sure that engines will take it.
Result<std::string> finish(const fs::path& linked) {
    const std::string text = TRY(readFile(linked));
    const wasm::Module module =
        TRY(wasm::readModule({reinterpret_cast<const uint8_t*>(text.data()), text.size()}));
    TRY(wasm::validate(module));
    const std::vector<uint8_t> bytes = wasm::writeModule(module);
    return std::string(bytes.begin(), bytes.end());
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
    const std::vector<FrozenModule> modules = TRY(findModules(request, tools, runner, folder.path()));
    const fs::path source = folder.path() / "program.c";
    TRY(writeFile(source, programSource(modules, request.program.string())));
    const fs::path linked = folder.path() / "linked.wasm";
    TRY(link(source, linked, tools, runner, folder.path() / "clang.log"));
    const std::string bytes = TRY(finish(linked));
    TRY(writeFile(request.output, bytes));
    Report report;
    report.size = bytes.size();
    for (const FrozenModule& module : modules)
        report.modules.push_back(module.row);
    return report;
}

}  // namespace taipan::bundle
