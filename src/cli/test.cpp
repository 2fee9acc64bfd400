// SPDX-License-Identifier: Apache-2.0
//
// taipan test: the project's own tests, or CPython's inside a target. Each suite is a program that speaks for
// itself; what it counted is added up in the last line.
#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <filesystem>

#include "cli/verb.h"
#include "provision/system_packages.h"
#include "support/files.h"
#include "support/paths.h"
#include "support/process.h"

namespace taipan::cli {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kExamples[] = {"taipan test", "taipan test --only e2e",
                                          "taipan test --python test_json --target wasi"};

constexpr Option kOptions[] = {
    {"--only", "SUITE", "one suite: units, web, e2e or python"},
    {"--python", "", "CPython's own tests, all or those named after it, inside a target"},
    {"--quick", "", "with --python: the selection that runs in a few minutes"},
    {"--target", "TARGET", "with --python: node, browser or wasi; node if not given"},
};

struct Counts {
    int passed = 0;
    int failed = 0;
};

/// What a suite needs to know of the rest.
struct Workplace {
    fs::path repository;
    fs::path results;  ///< an empty folder
    const ProcessRunner& runner;
    World& world;
};

Result<ExitStatus> runTool(const Workplace& place, std::vector<std::string> arguments,
                           std::map<std::string, std::optional<std::string>> variables = {}) {
    return place.runner.run({std::move(arguments), place.repository, std::move(variables)},
                            Streams::Inherited);
}

Result<void> requirePackages(const Workplace& place, const std::vector<std::string>& packages) {
    const auto missing = TRY(provision::missingPackages(packages, place.world.environment));
    if (missing.empty())
        return {};
    return provision::installPackages(missing, place.runner,
                                      TRY(cacheRoot(place.world.environment)) / "logs/packages.log");
}

int countOf(const std::string& report, std::string_view text) {
    int count = 0;
    for (size_t at = report.find(text); at != std::string::npos; at = report.find(text, at + text.size()))
        ++count;
    return count;
}

/// JUnit's XML, as ctest and node's test runner write it.
Result<Counts> readReport(const fs::path& file, const ExitStatus& status) {
    const auto text = readFile(file);
    Counts counts;
    if (text) {
        const int all = countOf(*text, "<testcase ");
        const int skipped = countOf(*text, "<skipped");
        counts.failed = countOf(*text, "<failure");
        counts.passed = all - skipped - counts.failed;
    }
    if (!status.ok() && counts.failed == 0)
        counts.failed = 1;  // it fell over before it could say so
    return counts;
}

Result<Counts> unitTests(const Workplace& place) {
    TRY(requirePackages(place, {"libgtest-dev"}));
    const fs::path report = place.results / "units.xml";
    for (const std::vector<std::string>& stage :
         {std::vector<std::string>{"cmake", "--preset", "checked", "--log-level=WARNING"},
          {"cmake", "--build", "--preset", "checked"}}) {
        if (!TRY(runTool(place, stage)).ok())
            return fail(fmt::format("cannot build the unit tests: {} failed", stage.front()),
                        "see the output above");
    }
    const ExitStatus status =
        TRY(runTool(place, {"ctest", "--preset", "checked", "--output-junit", report.string()}));
    return readReport(report, status);
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
    return readReport(report, status);
}

Result<Counts> webTests(const Workplace& place) {
    return nodeTests(place, "web", {"tests/web/**/*.test.ts", "tests/bench/**/*.test.ts"}, {});
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

Result<Counts> endToEndTests(const Workplace& place) {
    TRY(requirePackages(place, {"chromium"}));
    TRY(installPackages(place, place.repository / "tests/e2e"));
    std::vector<interpreter::Target> all;
    for (const interpreter::TargetRow& row : interpreter::targets())
        all.push_back(row.target);
    TRY(place.world.ensure(all, place.world.environment, chooseProgressStyle(false)));
    return nodeTests(place, "e2e", {"tests/e2e/*.test.ts"},
                     {{"TAIPAN_COMMAND", TRY(executablePath()).string()}});
}

/// CPython's tests count modules, the unit in which its own runner reports.
Result<Counts> pythonTests(const Workplace& place, const std::string& target,
                           const std::vector<std::string>& arguments) {
    const fs::path python = TRY(obtain(place, interpreter::Target::Native)).python;
    const auto wanted = TRY(parseTarget(target));
    TRY(obtain(place, wanted));
    const fs::path summary = place.results / "python.json";
    std::vector<std::string> line = {
        python.string(), (place.repository / "tests/python/run.py").string(),
        "--target",      target,
        "--command",     fmt::format("{}={} run --target {}", target, TRY(executablePath()).string(), target),
        "--summary",     summary.string()};
    line.insert(line.end(), arguments.begin(), arguments.end());
    const ExitStatus status = TRY(runTool(place, line));
    Counts counts;
    const auto text = readFile(summary);
    const nlohmann::json json = text ? nlohmann::json::parse(*text, nullptr, false) : nlohmann::json();
    if (json.is_object()) {
        counts.passed = json.value("passed", 0);
        counts.failed = json.value("failed", 0);
    }
    if (!status.ok() && counts.failed == 0)
        counts.failed = 1;
    return counts;
}

// Those with a list of expected failures.
constexpr std::string_view kQuickTargets[] = {"node", "wasi"};

Result<Counts> quickPythonTests(const Workplace& place) {
    Counts sum;
    for (const std::string_view target : kQuickTargets) {
        const Counts counts = TRY(pythonTests(place, std::string(target), {"--quick"}));
        sum.passed += counts.passed;
        sum.failed += counts.failed;
    }
    return sum;
}

struct Suite {
    std::string_view name;
    Result<Counts> (*run)(const Workplace&);
};

constexpr Suite kSuites[] = {
    {"units", unitTests}, {"web", webTests}, {"e2e", endToEndTests}, {"python", quickPythonTests}};

Result<Counts> runSuites(const Workplace& place, const std::optional<std::string>& only) {
    Counts sum;
    bool found = false;
    for (const Suite& suite : kSuites) {
        if (only && *only != suite.name)
            continue;
        found = true;
        place.world.err(fmt::format("taipan: suite {}", suite.name));
        const Counts counts = TRY(suite.run(place));
        sum.passed += counts.passed;
        sum.failed += counts.failed;
    }
    if (!found)
        return misuse(fmt::format("there is no suite {}", only.value_or("")),
                      "suites: units, web, e2e, python");
    return sum;
}

Result<Counts> runChosen(const Arguments& arguments, const Workplace& place) {
    if (!arguments.has("--python"))
        return runSuites(place, arguments.value("--only"));
    std::vector<std::string> names = arguments.operands;
    if (arguments.has("--quick"))
        names.insert(names.begin(), "--quick");
    return pythonTests(place, arguments.value("--target").value_or("node"), names);
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
                           "[--only SUITE] [--python [NAMES...] [--quick] [--target TARGET]]",
                           kExamples,
                           kOptions,
                           Operands::Any,
                           run};

}  // namespace taipan::cli
