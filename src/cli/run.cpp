// SPDX-License-Identifier: Apache-2.0
//
// taipan run: a Python program on a target.
#include <fmt/format.h>

#include <filesystem>

#include "cli/verb.h"

namespace taipan::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kExamples[] = {
    "taipan run app.py",
    "taipan run --target browser app.py --verbose",
    "taipan run --target wasi -m json.tool data.json",
    "taipan run -c 'import sys; print(sys.platform)'",
};

constexpr Option kOptions[] = {
    {"--target", "TARGET", "node, browser, wasi or native; node if not given"},
    {"--quiet", "", "no progress while the interpreter is made on first use"},
};

/// CPython says the same things with the same code, but only after an interpreter has been built and started.
Result<void> checkScript(const fs::path& script) {
    std::error_code error;
    const fs::file_status status = fs::status(script, error);
    if (!fs::exists(status))
        return misuse(fmt::format("cannot open {}: no such file", script.string()),
                      "check the name of the script");
    if (!fs::is_directory(status))
        return {};
    if (fs::exists(script / "__main__.py", error) || fs::exists(script / "__main__.pyc", error))
        return {};
    return misuse(fmt::format("cannot run the folder {}: it has no __main__.py", script.string()),
                  "name a script, or add a __main__.py");
}

/// A program on WebAssembly is given the files below it, so it has to be there.
Result<void> checkWorkingDirectory() {
    std::error_code error;
    if (fs::current_path(error).empty())
        return fail("the working directory is gone", "change to a folder that exists and run it again");
    return {};
}

/// Where -c, -m, - or the script stands behind python's own options, of which -W and -X have a value.
size_t skipPythonOptions(const std::vector<std::string>& words) {
    size_t at = 0;
    while (at < words.size()) {
        const std::string& word = words[at];
        if (!word.starts_with('-') || word == "-" || word.starts_with("-c") || word.starts_with("-m"))
            return at;
        at += word == "-W" || word == "-X" ? 2 : 1;
    }
    return words.size();
}

Result<launch::Program> programOf(std::vector<std::string> words) {
    launch::Program program{std::move(words), {}};
    if (program.arguments.empty())
        return program;
    const size_t start = skipPythonOptions(program.arguments);
    if (start == program.arguments.size())
        return program;
    const std::string& first = program.arguments[start];
    if ((first == "-c" || first == "-m") && start + 1 == program.arguments.size())
        return misuse(
            fmt::format("{} needs {} after it", first, first == "-c" ? "the code" : "a module's name"),
            "see 'taipan help run'");
    if (first.starts_with('-'))
        return program;
    TRY(checkScript(first));
    program.script = first;
    return program;
}

Result<int> run(const Arguments& arguments, World& world) {
    const std::string name =
        arguments.value("--target").value_or(std::string(nameOf(interpreter::kDefaultTarget)));
    const interpreter::Target target = TRY(parseTarget(name));
    const launch::Program program = TRY(programOf(arguments.operands));
    if (target != interpreter::Target::Native)
        TRY(checkWorkingDirectory());
    const ProgressStyle style = chooseProgressStyle(arguments.has("--quiet"));
    TRY(world.prepare(target, world.environment, style));
    const interpreter::Installation installation = TRY(world.obtain(target, world.environment, style));
    return world.start(target, installation, program, world.environment);
}

}  // namespace

constinit const Verb kRun{"run",
                          "Runs a Python program; a prompt if none is given",
                          "[--target TARGET] [PYTHON OPTIONS] [FILE | -m MODULE | -c CODE | -] [ARGS...]",
                          kExamples,
                          kOptions,
                          Operands::Program,
                          run};

}  // namespace taipan::cli
