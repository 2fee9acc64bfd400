// SPDX-License-Identifier: Apache-2.0
//
// The table of launchers.
#include "launch/launch.h"

#include <fmt/format.h>

#include <array>

#include "launch/launchers.h"

namespace taipan::launch {

namespace {

using interpreter::Target;

struct Row {
    Target target;
    Launcher launcher;
};

constexpr auto kLaunchers = std::to_array<Row>({
    {Target::Native, startNative},
    {Target::Node, startNode},
    {Target::Browser, startBrowser},
    {Target::Wasi, startWasi},
});

}  // namespace

Result<void> prepare(Target target, const Environment& environment, ProgressStyle progress) {
    return target == Target::Browser ? obtainChromium(environment, progress) : Result<void>();
}

Result<int> start(Target target, const interpreter::Installation& installation, const Program& program,
                  const Environment& environment) {
    for (const Row& row : kLaunchers) {
        if (row.target == target)
            return row.launcher(installation, program, environment);
    }
    return internal(fmt::format("no launcher for the target {}", interpreter::nameOf(target)));
}

}  // namespace taipan::launch
