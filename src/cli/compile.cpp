// SPDX-License-Identifier: Apache-2.0
//
// taipan compile: a Python program as one WebAssembly file.
#include "cli/compile_report.h"
#include "cli/compile_request.h"
#include "cli/verb.h"

namespace taipan::cli {

namespace {

constexpr std::string_view kExamples[] = {
    "taipan compile app.py -o app.wasm",
    "taipan compile app.py -o app.mjs --data words.txt",
    "taipan compile -m package.tool --python-path src -o tool.wasm,tool.mjs",
    "taipan compile app.py -o app.html",
    "taipan compile app.py -o site/",
    "taipan compile folder --entry module:main --include plugins.csv --report",
};

constexpr Option kOptions[] = {
    {"--output", "FILES",
     "what to make, separated by commas: .wasm, .mjs, .html or, for a static host, FOLDER/; NAME.wasm if not "
     "given"},
    {"-o", "FILES", "the same"},
    {"--target", "TARGET", "wasi, node or browser, where the output's name does not say"},
    {"-m", "MODULE", "compile this module, of FOLDER or of the Python path"},
    {"--entry", "M:F", "compile a program that calls the function F of the module M"},
    {"--include", "MODULES", "modules that are found at run time only, separated by commas"},
    {"--exclude", "MODULES", "modules to leave out, separated by commas"},
    {"--data", "SRC=DEST",
     "a file or folder to have inside, and where below the program's folder; may be repeated"},
    {"--python-path", "DIR", "a folder with more modules; may be repeated"},
    {"--optimize", "LEVEL", "0, 1 without assertions, 2 without documentation as well"},
    {"--keep-sources", "", "have the sources inside, for tracebacks and inspect"},
    {"--trace", "ARGS", "run the program with these arguments, here, and include what it imports"},
    {"--no-snapshot", "", "start the interpreter each time, instead of going on from where it was compiled"},
    {"--report", "", "what is in the file and why, where the bytes are, and how long it took"},
    {"--json", "", "the same as JSON"},
    {"--quiet", "", "no progress"},
};

Result<int> run(const Arguments& arguments, World& world) {
    const bundle::Request request = TRY(requestOf(arguments));
    const bundle::Report report =
        TRY(world.compile(request, world.environment, chooseProgressStyle(arguments.has("--quiet"))));
    if (arguments.has("--json")) {
        world.out(reportJson(report));
    } else if (arguments.has("--report")) {
        world.out(reportText(report));
    }
    return 0;
}

}  // namespace

constinit const Verb kCompile{"compile",
                              "Makes a program one file",
                              "FILE|FOLDER|-m MODULE [-o OUT.wasm|OUT.mjs|OUT.html|FOLDER/] [OPTIONS]",
                              kExamples,
                              kOptions,
                              Operands::Any,
                              run};

}  // namespace taipan::cli
