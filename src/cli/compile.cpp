// SPDX-License-Identifier: Apache-2.0
//
// taipan compile: a Python program as one WebAssembly file.
#include <fmt/format.h>

#include <algorithm>

#include "cli/verb.h"

namespace taipan::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kExamples[] = {
    "taipan compile app.py -o app.wasm",
    "taipan compile app.py -o app.mjs",
    "taipan compile app.py -o app.wasm --include plugins.csv --report",
};

constexpr Option kOptions[] = {
    {"--output", "FILES",
     "what to make, separated by commas: .wasm for WASI, .mjs for Node; NAME.wasm if not given"},
    {"-o", "FILES", "the same"},
    {"--include", "MODULES", "modules that are found at run time only, separated by commas"},
    {"--exclude", "MODULES", "modules to leave out, separated by commas"},
    {"--no-snapshot", "", "start the interpreter each time, instead of going on from where it was compiled"},
    {"--report", "", "what is in the file, and why"},
    {"--quiet", "", "no progress while the tools are made on first use"},
};

std::vector<std::string> splitCommas(const std::string& text) {
    std::vector<std::string> names;
    for (size_t start = 0; start < text.size();) {
        const size_t end = std::min(text.find(',', start), text.size());
        if (end > start)
            names.push_back(text.substr(start, end - start));
        start = end + 1;
    }
    return names;
}

struct Ending {
    std::string_view text;
    bundle::Form form;
};

constexpr Ending kEndings[] = {{".wasm", bundle::Form::Wasm}, {".mjs", bundle::Form::Node}};

Result<bundle::Output> outputNamed(const fs::path& file, const fs::path& program) {
    const std::string ending = file.extension().string();
    const auto known = std::ranges::find(kEndings, ending, &Ending::text);
    if (known == std::end(kEndings))
        return misuse(fmt::format("cannot tell what to make of {}", file.string()),
                      "end its name in .wasm or .mjs");
    std::error_code error;
    if (const fs::path folder = file.parent_path(); !folder.empty() && !fs::is_directory(folder, error))
        return misuse(fmt::format("cannot write {}: its folder is not there", file.string()),
                      "make the folder, or name another");
    if (fs::exists(file, error) && fs::equivalent(program, file, error))
        return misuse("the output is the program itself", "give it another name");
    return bundle::Output{file, known->form};
}

Result<bundle::Request> requestOf(const Arguments& arguments) {
    if (arguments.operands.size() != 1)
        return misuse("compile needs one program", "see 'taipan help compile'");
    bundle::Request request;
    request.program = arguments.operands.front();
    std::error_code error;
    if (!fs::is_regular_file(request.program, error))
        return misuse(fmt::format("cannot compile {}: no such file", request.program.string()),
                      "name a script");
    request.takes_snapshot = !arguments.has("--no-snapshot");
    const auto given = arguments.value("--output") ? arguments.value("--output") : arguments.value("-o");
    const std::string made = request.program.filename().replace_extension(".wasm").string();
    for (const std::string& file : splitCommas(given.value_or(made)))
        request.outputs.push_back(TRY(outputNamed(file, request.program)));
    if (request.outputs.empty())
        return misuse("no output is named", "end -o with a file");
    request.include = splitCommas(arguments.value("--include").value_or(""));
    request.exclude = splitCommas(arguments.value("--exclude").value_or(""));
    return request;
}

std::string reportText(const bundle::Report& report) {
    std::string text;
    size_t code = 0;
    for (const bundle::ModuleRow& row : report.modules) {
        text += fmt::format("{:>9}  {:<9}  {:<40} {}\n", row.size, row.kind, row.name, row.first_importer);
        code += row.size;
    }
    for (const bundle::LateModule& late : report.late)
        text += fmt::format("{} is imported at each start: its import {}\n", late.name, late.reason);
    return text + fmt::format("{} modules, {} bytes of code; {} bytes in all\n", report.modules.size(), code,
                              report.size);
}

Result<int> run(const Arguments& arguments, World& world) {
    const bundle::Request request = TRY(requestOf(arguments));
    const bundle::Report report =
        TRY(world.compile(request, world.environment, chooseProgressStyle(arguments.has("--quiet"))));
    if (arguments.has("--report"))
        world.out(reportText(report));
    return 0;
}

}  // namespace

constinit const Verb kCompile{
    "compile",
    "Makes a program one file",
    "FILE [-o OUT.wasm|OUT.mjs] [--include MODULES] [--exclude MODULES] [--no-snapshot] [--report]",
    kExamples,
    kOptions,
    Operands::Any,
    run};

}  // namespace taipan::cli
