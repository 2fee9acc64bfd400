// SPDX-License-Identifier: Apache-2.0
//
// The table of targets, and the way from a target to its steps.
#include "interpreter/interpreter.h"

#include <fmt/format.h>

#include <array>

#include "interpreter/recipes.h"
#include "provision/engine.h"
#include "support/paths.h"

namespace taipan::interpreter {

namespace {

constexpr auto kTargets = std::to_array<TargetRow>({
    {Target::Native, "native", "this machine, the yardstick"},
    {Target::Node, "node", "WebAssembly in Node"},
    {Target::Browser, "browser", "WebAssembly in a headless Chromium"},
    {Target::Wasi, "wasi", "WebAssembly with the standard system interface WASI"},
});

/// What it takes to answer one question: the memory of facts has to outlive the engine.
struct Workshop {
    provision::FileFacts facts;
    std::optional<provision::Engine> engine;
};

Result<std::unique_ptr<Workshop>> open(const Environment& environment, ProgressStyle progress) {
    provision::EngineOptions options;
    options.cache = TRY(cacheRoot(environment));
    options.repository = TRY(repositoryRoot());
    options.environment = environment;
    options.progress = progress;
    auto workshop = std::make_unique<Workshop>(provision::FileFacts(options.cache / "facts"), std::nullopt);
    provision::Steps steps = TRY(recipes(environment, workshop->facts));
    workshop->engine = TRY(provision::Engine::create(std::move(steps), std::move(options), workshop->facts));
    return workshop;
}

Result<std::vector<std::string>> stepsOf(Target target) {
    if (target == Target::Native)
        return std::vector<std::string>{kNativeStep};
    return fail(fmt::format("the target {} cannot be built yet", nameOf(target)), "use --target native");
}

}  // namespace

std::span<const TargetRow> targets() {
    return kTargets;
}

std::string_view nameOf(Target target) {
    for (const TargetRow& row : kTargets) {
        if (row.target == target)
            return row.name;
    }
    return "unknown";
}

std::optional<Target> targetNamed(std::string_view name) {
    for (const TargetRow& row : kTargets) {
        if (row.name == name)
            return row.target;
    }
    return std::nullopt;
}

Result<provision::Steps> recipes(const Environment& environment, provision::FileFacts& facts) {
    provision::Steps steps;
    steps.push_back(TRY(cpythonSource(environment, facts)));
    steps.push_back(nativeInterpreter());
    return steps;
}

Result<std::optional<Installation>> locate(Target target, const Environment& environment) {
    const std::vector<std::string> ids = TRY(stepsOf(target));
    const auto workshop = TRY(open(environment, ProgressStyle::Silent));
    const auto output = TRY(workshop->engine->ready(ids.front()));
    if (!output)
        return std::nullopt;
    return Installation{*output / "bin/python3.13", *output / "lib/python3.13", {}, {}};
}

Result<void> ensure(std::span<const Target> wanted, const Environment& environment, ProgressStyle progress) {
    std::vector<std::string> ids;
    for (const Target target : wanted) {
        const std::vector<std::string> more = TRY(stepsOf(target));
        ids.insert(ids.end(), more.begin(), more.end());
    }
    return TRY(open(environment, progress))->engine->ensure(ids);
}

Result<Installation> obtain(Target target, const Environment& environment, ProgressStyle progress) {
    if (auto found = TRY(locate(target, environment)))
        return *found;
    const Target wanted[] = {target};
    TRY(ensure(wanted, environment, progress));
    if (auto found = TRY(locate(target, environment)))
        return *found;
    return internal(fmt::format("the interpreter for {} is not there after it was made", nameOf(target)));
}

}  // namespace taipan::interpreter
