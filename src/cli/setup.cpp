// SPDX-License-Identifier: Apache-2.0
//
// taipan setup: has the interpreters made ahead of their first use.
#include "cli/verb.h"

namespace taipan::cli {

namespace {

constexpr std::string_view kExamples[] = {"taipan setup", "taipan setup --target all"};

constexpr Option kOptions[] = {
    {"--target", "TARGET", "native, node, browser, wasi or all; node if not given"},
    {"--quiet", "", "no progress"},
};

Result<int> run(const Arguments& arguments, World& world) {
    const std::vector<interpreter::Target> targets = TRY(parseTargets(arguments.value("--target")));
    const ProgressStyle style = chooseProgressStyle(arguments.has("--quiet"));
    for (const interpreter::Target target : targets)
        TRY(world.prepare(target, world.environment, style));
    TRY(world.ensure(targets, world.environment, style));
    return 0;
}

}  // namespace

constinit const Verb kSetup{"setup",
                            "Provisions the interpreters, which other verbs do on first need",
                            "[--target TARGET] [--quiet]",
                            kExamples,
                            kOptions,
                            Operands::None,
                            run};

}  // namespace taipan::cli
