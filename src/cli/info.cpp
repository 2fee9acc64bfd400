// SPDX-License-Identifier: Apache-2.0
//
// taipan info: what each target is, has and can do.
#include <fmt/format.h>

#include "cli/verb.h"
#include "inspect/inspect.h"
#include "support/paths.h"
#include "support/process.h"

namespace taipan::cli {

namespace {

constexpr std::string_view kExamples[] = {"taipan info", "taipan info --target wasi --json",
                                          "taipan info --target node --full"};

constexpr Option kOptions[] = {
    {"--target", "TARGET", "node, browser, wasi, native or all; node if not given"},
    {"--json", "", "for programs: one JSON text per target"},
    {"--full", "", "all that CPython's own test.pythoninfo says, from inside the target"},
};

/// The command again, as a process, so that every target is run the same way and its output can be read.
Result<std::string> runAndRead(interpreter::Target target, const std::vector<std::string>& arguments,
                               const Environment& environment) {
    std::vector<std::string> line = {TRY(executablePath()).string(), "run", "--target",
                                     std::string(interpreter::nameOf(target))};
    line.insert(line.end(), arguments.begin(), arguments.end());
    const ProcessRunner runner(environment, nullptr);
    const ProcessRunner::Output output = TRY(runner.capture({std::move(line), {}, {}}, "/dev/stderr"));
    if (!output.status.ok())
        return fail(fmt::format("the interpreter for {} {}", nameOf(target), describe(output.status)),
                    fmt::format("try 'taipan run --target {} -c pass'", nameOf(target)));
    return output.text;
}

Result<std::string> aboutTarget(interpreter::Target target, const Arguments& arguments, World& world) {
    const interpreter::Installation installation =
        TRY(world.obtain(target, world.environment, chooseProgressStyle(arguments.has("--json"))));
    const inspect::Runner runner = [&](interpreter::Target where, const std::vector<std::string>& line) {
        return runAndRead(where, line, world.environment);
    };
    if (arguments.has("--full"))
        return runner(target, {"-m", "test.pythoninfo"});
    const nlohmann::json description = TRY(inspect::inspectTarget(target, installation, runner));
    return arguments.has("--json") ? description.dump() + "\n" : inspect::toText(description);
}

Result<int> run(const Arguments& arguments, World& world) {
    const std::vector<interpreter::Target> wanted = TRY(parseTargets(arguments.value("--target")));
    for (const interpreter::Target target : wanted)
        world.out(TRY(aboutTarget(target, arguments, world)));
    return 0;
}

}  // namespace

constinit const Verb kInfo{"info",
                           "Says what each target is, has and can do",
                           "[--target TARGET] [--json] [--full]",
                           kExamples,
                           kOptions,
                           Operands::None,
                           run};

}  // namespace taipan::cli
