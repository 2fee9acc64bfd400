// SPDX-License-Identifier: Apache-2.0
//
// The table of suites, and how each is started.
#include "cli/test_suites.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "provision/system_packages.h"
#include "support/files.h"
#include "support/paths.h"
#include "support/text.h"

namespace taipan::cli {

namespace fs = std::filesystem;

namespace {

Result<ExitStatus> runTool(const Workplace& place, std::vector<std::string> arguments,
                           std::map<std::string, std::optional<std::string>> variables = {}) {
    return place.runner.run({std::move(arguments), place.repository, std::move(variables)},
                            Streams::Inherited);
}

Result<void> requirePackages(const Workplace& place, const std::vector<std::string>& packages) {
    return provision::requirePackages(packages, place.runner, TRY(cacheRoot(place.world.environment)));
}

/// Everything that is tested natively, with sanitizers.
Result<void> buildChecked(const Workplace& place) {
    TRY(requirePackages(place, {"libgtest-dev"}));
    for (const std::vector<std::string>& stage :
         {std::vector<std::string>{"cmake", "--preset", "checked", "--log-level=WARNING"},
          {"cmake", "--build", "--preset", "checked"}}) {
        if (!TRY(runTool(place, stage)).ok())
            return fail(fmt::format("cannot build the unit tests: {} failed", stage.front()),
                        "see the output above");
    }
    return {};
}

Result<Counts> unitTests(const Workplace& place) {
    TRY(buildChecked(place));
    const fs::path report = place.results / "units.xml";
    const ExitStatus status =
        TRY(runTool(place, {"ctest", "--preset", "checked", "--output-junit", report.string()}));
    return readJunitReport(report, status);
}

Result<interpreter::Installation> obtain(const Workplace& place, interpreter::Target target) {
    return place.world.obtain(target, place.world.environment, chooseProgressStyle(false));
}

/// Node's own test runner on TypeScript as it is.
Result<Counts> nodeTests(const Workplace& place, const std::string& suite,
                         const std::vector<std::string>& patterns,
                         const std::map<std::string, std::optional<std::string>>& variables) {
    const fs::path node = TRY(obtain(place, interpreter::Target::Node)).node;
    const fs::path report = place.results / (suite + ".xml");
    std::vector<std::string> line = {
        node.string(),           "--test",
        "--test-concurrency=1",  "--disable-warning=ExperimentalWarning",
        "--test-reporter=spec",  "--test-reporter-destination=stdout",
        "--test-reporter=junit", "--test-reporter-destination=" + report.string()};
    line.insert(line.end(), patterns.begin(), patterns.end());
    const ExitStatus status = TRY(runTool(place, line, variables));
    return readJunitReport(report, status);
}

Result<Counts> webTests(const Workplace& place) {
    const fs::path kernel = TRY(obtain(place, interpreter::Target::Node)).host / "kernel.wasm";
    return nodeTests(place, "web", {"tests/web/**/*.test.ts", "tests/bench/**/*.test.ts"},
                     {{"TAIPAN_KERNEL", kernel.string()}});
}

Result<void> installPackages(const Workplace& place, const fs::path& folder) {
    TRY(requirePackages(place, {"npm"}));
    const ExitStatus status = TRY(place.runner.run(
        {{"npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"}, folder, {}},
        Streams::Inherited));
    if (!status.ok())
        return fail("cannot install the packages of " + folder.string(),
                    "check the network and run it again");
    return {};
}

/// A compiled program, whose memory and hints src/wasm wrote itself.
Result<std::string> compileExample(const Workplace& place) {
    const fs::path file = place.results / "word_count.wasm";
    const ExitStatus status = TRY(runTool(
        place, {TRY(executablePath()).string(), "compile", "examples/word_count.py", "-o", file.string()}));
    if (!status.ok())
        return fail("cannot compile examples/word_count.py for the tests", "see the output above");
    return file.string();
}

/// What src/wasm says of modules beside what an engine says.
Result<Counts> wasmTests(const Workplace& place) {
    TRY(buildChecked(place));
    std::vector<std::string> modules;
    for (const interpreter::Target target : {interpreter::Target::Node, interpreter::Target::Wasi})
        modules.push_back((TRY(obtain(place, target)).python / "python.wasm").string());
    modules.push_back(TRY(compileExample(place)));
    TRY(installPackages(place, place.repository / "tests/wasm"));
    return nodeTests(
        place, "wasm", {"tests/wasm/*.test.ts"},
        {{"TAIPAN_WASM_VERDICT", (place.repository / "build/checked/tests/wasm_verdict").string()},
         {"TAIPAN_WASM_MODULES", fmt::format("{}", fmt::join(modules, ":"))}});
}

Result<Counts> endToEndTests(const Workplace& place) {
    TRY(requirePackages(place, {"chromium"}));
    TRY(installPackages(place, place.repository / "tests/e2e"));
    TRY(place.world.ensure(interpreter::allTargets(), place.world.environment, chooseProgressStyle(false)));
    return nodeTests(place, "e2e", {"tests/e2e/*.test.ts"},
                     {{"TAIPAN_COMMAND", TRY(executablePath()).string()}});
}

/// The other engine for WASI programs, from its package for Python; what tests/e2e/wasmtime_engine.py runs.
Result<void> installWasmtime(const Workplace& place) {
    const fs::path wanted = place.repository / "tests/e2e/wasmtime.txt";
    const fs::path folder = place.repository / "build/wasmtime";
    const fs::path installed = folder / "installed.txt";
    const std::string packages = TRY(readFile(wanted));
    if (fs::exists(installed) && TRY(readFile(installed)) == packages)
        return {};
    TRY(requirePackages(place, {"python3", "python3-pip"}));
    TRY(removeTree(folder));
    const ExitStatus status =
        TRY(runTool(place,
                    {"python3", "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps",
                     "--only-binary=:all:", "--require-hashes", "--requirement", wanted.string(), "--target",
                     folder.string()},
                    {{"PIP_ROOT_USER_ACTION", "ignore"}}));
    if (!status.ok())
        return fail("cannot install the packages of " + wanted.string(),
                    "check the network and run it again");
    return writeFile(installed, packages);
}

Result<Counts> compileTests(const Workplace& place) {
    TRY(requirePackages(place, {"chromium"}));
    TRY(installPackages(place, place.repository / "tests/e2e"));
    TRY(installWasmtime(place));
    TRY(obtain(place, interpreter::Target::Native));
    return nodeTests(place, "compile", {"tests/compile/*.test.ts"},
                     {{"TAIPAN_COMMAND", TRY(executablePath()).string()}});
}

// Tests of the tools that are written in Python, for the native interpreter.
constexpr std::string_view kToolTests[] = {"tests/cpython/module_graph_test.py",
                                           "tests/cpython/program_input_test.py",
                                           "tests/cpython/record_profile_test.py",
                                           "tests/python/selftest/runner_test.py"};

Result<Counts> toolTests(const Workplace& place) {
    const fs::path python = TRY(obtain(place, interpreter::Target::Native)).python;
    Counts sum;
    for (const std::string_view test : kToolTests) {
        const fs::path summary = place.results / fs::path(test).filename().replace_extension(".json");
        const ExitStatus status = TRY(runTool(
            place, {python.string(), "tests/support/run_unittests.py", std::string(test), summary.string()}));
        sum += readSummary(summary, status);
    }
    return sum;
}

// Those with a list of expected failures.
constexpr interpreter::Target kQuickTargets[] = {interpreter::Target::Node, interpreter::Target::Wasi};

Result<Counts> quickPythonTests(const Workplace& place) {
    Counts sum;
    for (const interpreter::Target target : kQuickTargets)
        sum += TRY(runPythonTests(place, target, {"--quick"}));
    sum += TRY(runCompiledPythonTests(place, {"--quick"}));
    return sum;
}

struct Suite {
    std::string_view name;
    Result<Counts> (*run)(const Workplace&);
};

constexpr Suite kSuites[] = {{"units", unitTests},        {"wasm", wasmTests},    {"web", webTests},
                             {"tools", toolTests},        {"e2e", endToEndTests}, {"compile", compileTests},
                             {"python", quickPythonTests}};

Result<void> checkName(std::string_view name) {
    std::vector<std::string_view> names;
    for (const Suite& suite : kSuites)
        names.push_back(suite.name);
    if (std::ranges::find(names, name) != names.end())
        return {};
    return misuse(fmt::format("there is no suite {}", name), fmt::format("use {}", alternatives(names)));
}

}  // namespace

Result<Counts> runSuites(const Workplace& place, const std::vector<std::string>& only) {
    for (const std::string& name : only)
        TRY(checkName(name));
    Counts sum;
    for (const Suite& suite : kSuites) {
        if (!only.empty() && std::ranges::find(only, suite.name) == only.end())
            continue;
        place.world.err(fmt::format("taipan: suite {}", suite.name));
        sum += TRY(suite.run(place));
    }
    return sum;
}

namespace {

/// tests/python/run.py for what it calls `target`, whose interpreter is this command.
Result<Counts> runPythonRunner(const Workplace& place, std::string_view target, const std::string& command,
                               const std::vector<std::string>& options) {
    const fs::path python = TRY(obtain(place, interpreter::Target::Native)).python;
    const fs::path summary = place.results / "python.json";
    std::vector<std::string> line = {python.string(), (place.repository / "tests/python/run.py").string(),
                                     "--target",      std::string(target),
                                     "--command",     fmt::format("{}={}", target, command),
                                     "--summary",     summary.string()};
    line.insert(line.end(), options.begin(), options.end());
    const ExitStatus status = TRY(runTool(place, line));
    return readSummary(summary, status);
}

}  // namespace

Result<Counts> runPythonTests(const Workplace& place, interpreter::Target target,
                              const std::vector<std::string>& options) {
    TRY(obtain(place, target));
    std::vector<std::string> all = options;
    if (target == interpreter::Target::Node) {
        const fs::path modules =
            TRY(place.world.obtain_test_modules(place.world.environment, chooseProgressStyle(false)));
        all.insert(all.begin(), {"--modules", modules.string()});
    }
    const std::string command =
        fmt::format("{} run --target {}", shellQuote(TRY(executablePath()).string()), nameOf(target));
    return runPythonRunner(place, nameOf(target), command, all);
}

Result<Counts> runCompiledPythonTests(const Workplace& place, const std::vector<std::string>& options) {
    const fs::path python = TRY(obtain(place, interpreter::Target::Native)).python;
    const fs::path library = TRY(obtain(place, interpreter::Target::Wasi)).python / "lib/python3.13";
    const std::string words[] = {
        python.string(), (place.repository / "tests/python/compiled_interpreter.py").string(),
        TRY(executablePath()).string(), TRY(obtain(place, interpreter::Target::Node)).node.string(),
        library.string()};
    std::vector<std::string> quoted;
    for (const std::string& word : words)
        quoted.push_back(shellQuote(word));
    return runPythonRunner(place, "compiled", fmt::format("{}", fmt::join(quoted, " ")), options);
}

}  // namespace taipan::cli
