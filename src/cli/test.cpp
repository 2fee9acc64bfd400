// SPDX-License-Identifier: Apache-2.0
//
// taipan test: the project's own tests, or CPython's inside a target. What the suites counted is added up in
// the last line.
#include <fmt/format.h>

#include <algorithm>

#include "cli/test_suites.h"
#include "cli/verb.h"
#include "support/files.h"
#include "support/paths.h"

namespace taipan::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kExamples[] = {"taipan test", "taipan test --only e2e",
                                          "taipan test --python test_json --target wasi"};

constexpr Option kOptions[] = {
    {"--only", "SUITE", "one suite: units, wasm, web, tools, e2e, compile or python"},
    {"--python", "", "CPython's own tests, all or those named after it, inside a target"},
    {"--target", "TARGET", "with --python: node, browser or wasi; node if not given"},
    {"--compiled", "", "with --python: in compiled programs, from their snapshots, instead of a target"},
    {"--quick", "", "with --python: the selection that runs in a few minutes"},
    {"--jobs", "N", "with --python: how many modules run at once; 2 if not given"},
    {"--timeout", "SECONDS", "with --python: a test that is silent for so long hangs; 600 if not given"},
    {"--fresh", "", "with --python: do not go on with an interrupted run"},
    {"--record", "", "with --python: write what fails into the list of expected failures"},
    {"--save", "", "with --python: write the counts of a full run into tests/python/results"},
};

constexpr std::string_view kOwnOptions[] = {"--only", "--python", "--target", "--compiled"};

/// The options that are for tests/python/run.py, as it takes them.
std::vector<std::string> runnerOptions(const Arguments& arguments) {
    std::vector<std::string> options;
    for (const auto& [name, value] : arguments.options) {
        if (std::ranges::find(kOwnOptions, name) != std::end(kOwnOptions))
            continue;
        const auto option = std::ranges::find(kOptions, name, &Option::name);
        options.push_back(option->value.empty() ? name : fmt::format("{}={}", name, value));
    }
    return options;
}

Result<Counts> runChosen(const Arguments& arguments, const Workplace& place) {
    std::vector<std::string> options = runnerOptions(arguments);
    if (!arguments.has("--python")) {
        if (arguments.has("--compiled"))
            options.emplace_back("--compiled");
        if (!options.empty())
            return misuse(fmt::format("{} is for CPython's tests", options.front()), "add --python");
        if (!arguments.operands.empty())
            return misuse(fmt::format("'{}' names no suite", arguments.operands.front()),
                          "for a suite write --only SUITE, for tests of CPython --python NAME");
        return runSuites(place, arguments.value("--only"));
    }
    options.insert(options.end(), arguments.operands.begin(), arguments.operands.end());
    if (arguments.has("--compiled")) {
        if (arguments.has("--target"))
            return misuse("--compiled and --target exclude each other", "give one of them");
        return runCompiledPythonTests(place, options);
    }
    const auto target = TRY(parseTarget(arguments.value("--target").value_or("node")));
    return runPythonTests(place, target, options);
}

Result<int> run(const Arguments& arguments, World& world) {
    const fs::path repository = TRY(repositoryRoot());
    TRY(createDirectories(repository / "build"));
    const TemporaryDirectory results = TRY(TemporaryDirectory::create(repository / "build", "results-"));
    const ProcessRunner runner(world.environment, nullptr);
    const Counts counts = TRY(runChosen(arguments, {repository, results.path(), runner, world}));
    world.out(fmt::format("{} passed, {} failed\n", counts.passed, counts.failed));
    return counts.failed == 0 && counts.passed > 0 ? 0 : 1;
}

}  // namespace

constinit const Verb kTest{"test",
                           "Runs taipan's own tests, or CPython's inside a target",
                           "[--only SUITE] [--python [NAMES...] [--target TARGET] [--quick] ...]",
                           kExamples,
                           kOptions,
                           Operands::Any,
                           run};

}  // namespace taipan::cli
