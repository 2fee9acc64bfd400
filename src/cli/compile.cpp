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
    "taipan compile app.py -o app.wasm --include plugins.csv --report",
};

constexpr Option kOptions[] = {
    {"--output", "FILE", "the file to make; NAME.wasm in the working directory if not given"},
    {"-o", "FILE", "the same"},
    {"--include", "MODULES", "modules that are found at run time only, separated by commas"},
    {"--exclude", "MODULES", "modules to leave out, separated by commas"},
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

Result<bundle::Request> requestOf(const Arguments& arguments) {
    if (arguments.operands.size() != 1)
        return misuse("compile needs one program", "see 'taipan help compile'");
    bundle::Request request;
    request.program = arguments.operands.front();
    std::error_code error;
    if (!fs::is_regular_file(request.program, error))
        return misuse(fmt::format("cannot compile {}: no such file", request.program.string()),
                      "name a script");
    const auto given = arguments.value("--output") ? arguments.value("--output") : arguments.value("-o");
    request.output = given ? fs::path(*given) : request.program.filename().replace_extension(".wasm");
    if (request.output.extension() != ".wasm")
        return misuse(fmt::format("cannot tell what to make of {}", request.output.string()),
                      "end its name in .wasm");
    if (const fs::path folder = request.output.parent_path();
        !folder.empty() && !fs::is_directory(folder, error))
        return misuse(fmt::format("cannot write {}: its folder is not there", request.output.string()),
                      "make the folder, or name another");
    if (fs::exists(request.output, error) && fs::equivalent(request.program, request.output, error))
        return misuse("the output is the program itself", "give it another name");
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

constinit const Verb kCompile{"compile",
                              "Makes a program one WebAssembly file",
                              "FILE [-o OUT.wasm] [--include MODULES] [--exclude MODULES] [--report]",
                              kExamples,
                              kOptions,
                              Operands::Any,
                              run};

}  // namespace taipan::cli
