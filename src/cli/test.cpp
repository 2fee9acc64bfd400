// SPDX-License-Identifier: Apache-2.0
//
// taipan test: the project's own tests.
#include <fmt/format.h>

#include "cli/verb.h"
#include "provision/system_packages.h"
#include "support/paths.h"
#include "support/process.h"

namespace taipan::cli {

namespace {

constexpr std::string_view kExamples[] = {"taipan test"};

/// A tool that speaks for itself; its failure is the failure of the tests.
Result<int> runTool(std::vector<std::string> arguments, const std::filesystem::path& repository,
                    const ProcessRunner& runner) {
    const ExitStatus status = TRY(runner.run({std::move(arguments), repository, {}}, Streams::Inherited));
    return status.code;
}

Result<int> unitTests(World& world) {
    const std::filesystem::path repository = TRY(repositoryRoot());
    const ProcessRunner runner(world.environment, nullptr);
    const std::vector<std::string> packages = {"libgtest-dev"};
    const auto missing = TRY(provision::missingPackages(packages, world.environment));
    if (!missing.empty())
        TRY(provision::installPackages(missing, runner,
                                       TRY(cacheRoot(world.environment)) / "logs/packages.log"));
    const std::vector<std::vector<std::string>> stages = {
        {"cmake", "--preset", "checked", "--log-level=WARNING"},
        {"cmake", "--build", "--preset", "checked"},
        {"ctest", "--preset", "checked"},
    };
    for (const std::vector<std::string>& stage : stages) {
        const int code = TRY(runTool(stage, repository, runner));
        if (code != 0)
            return fail(fmt::format("the unit tests failed in {}", stage.front()), "see the output above");
    }
    return 0;
}

Result<int> run(const Arguments&, World& world) {
    return unitTests(world);
}

}  // namespace

constinit const Verb kTest{"test", "Runs taipan's own tests", "", kExamples, {}, Operands::None, run};

}  // namespace taipan::cli
