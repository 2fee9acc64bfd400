// SPDX-License-Identifier: Apache-2.0
//
// The table of targets, and the way from a target to its steps.
#include "interpreter/interpreter.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "interpreter/recipes.h"
#include "interpreter/wasm_platform.h"
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
    std::unique_ptr<provision::Engine> engine;
};

Result<std::unique_ptr<Workshop>> open(const Environment& environment, ProgressStyle progress) {
    provision::EngineOptions options;
    options.cache = TRY(cacheRoot(environment));
    options.repository = TRY(repositoryRoot());
    options.environment = environment;
    options.progress = progress;
    auto workshop = std::make_unique<Workshop>(provision::FileFacts(options.cache / "facts"), nullptr);
    provision::Steps steps = TRY(recipes(environment, workshop->facts));
    workshop->engine = std::make_unique<provision::Engine>(
        TRY(provision::Engine::create(std::move(steps), std::move(options), workshop->facts)));
    return workshop;
}

/// What a program on the target is started with.
struct Parts {
    std::string interpreter;
    std::string_view executable;        ///< in the interpreter's output; empty: the output itself
    std::string_view standard_library;  ///< in the interpreter's output
    std::vector<std::string> others;
};

constexpr std::string_view kLibraryFolder = "lib/python3.13";

Parts partsOf(Target target) {
    switch (target) {
        case Target::Native:
            return {kNativeStep, "bin/python3.13", kLibraryFolder, {}};
        case Target::Browser:
            return {kBrowserAssetsStep, "", "stdlib.zip", {kNodeStep, kHostCodeStep}};
        case Target::Node:
            return {
                stepId("interpreter", Platform::Emscripten), "", kLibraryFolder, {kNodeStep, kHostCodeStep}};
        case Target::Wasi:
            return {stepId("interpreter", Platform::Wasi), "", kLibraryFolder, {kNodeStep, kHostCodeStep}};
    }
    std::unreachable();
}

Result<std::optional<Installation>> installed(provision::Engine& engine, const Parts& parts) {
    Installation installation;
    const auto interpreter = TRY(engine.ready(parts.interpreter));
    if (!interpreter)
        return std::nullopt;
    installation.python = parts.executable.empty() ? *interpreter : *interpreter / parts.executable;
    installation.standard_library = *interpreter / parts.standard_library;
    if (parts.others.empty())
        return installation;
    const auto node = TRY(engine.ready(kNodeStep));
    const auto host = TRY(engine.ready(kHostCodeStep));
    if (!node || !host)
        return std::nullopt;
    installation.node = nodeIn(*node);
    installation.host = *host;
    return installation;
}

}  // namespace

std::span<const TargetRow> targets() {
    return kTargets;
}

std::span<const Target> allTargets() {
    static constexpr auto kAll = [] {
        std::array<Target, kTargets.size()> all{};
        std::ranges::transform(kTargets, all.begin(), &TargetRow::target);
        return all;
    }();
    return kAll;
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
    steps.push_back(cpythonTree());
    steps.push_back(nativeInterpreter());
    steps.push_back(TRY(nodeRuntime(environment, facts)));
    steps.push_back(TRY(emscriptenToolchain(environment)));
    steps.push_back(TRY(wasiToolchain(environment)));
    steps.push_back(librarySources());
    steps.push_back(opensslSource());
    steps.push_back(standardLibrary());
    steps.push_back(hostPackages());
    steps.push_back(kernelWasm());
    steps.push_back(hostCode());
    steps.push_back(browserAssets());
    steps.push_back(testModules());
    steps.push_back(smallParts());
    steps.push_back(bundleKit());
    for (const Platform platform : {Platform::Emscripten, Platform::Wasi}) {
        steps.push_back(libraries(platform));
        steps.push_back(openssl(platform));
        steps.push_back(cpythonWasm(platform, environment));
        steps.push_back(interpreterWasm(platform, environment));
    }
    return steps;
}

Result<std::optional<Installation>> locate(Target target, const Environment& environment) {
    const auto workshop = TRY(open(environment, ProgressStyle::Silent));
    return installed(*workshop->engine, partsOf(target));
}

Result<void> ensure(std::span<const Target> wanted, const Environment& environment, ProgressStyle progress) {
    std::vector<std::string> ids;
    for (const Target target : wanted) {
        const Parts parts = partsOf(target);
        ids.push_back(parts.interpreter);
        ids.insert(ids.end(), parts.others.begin(), parts.others.end());
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

Result<std::filesystem::path> obtainTestModules(const Environment& environment, ProgressStyle progress) {
    const auto workshop = TRY(open(environment, progress));
    const std::string ids[] = {kTestModulesStep};
    TRY(workshop->engine->ensure(ids));
    if (auto folder = TRY(workshop->engine->ready(kTestModulesStep)))
        return *folder;
    return internal("the modules for tests are not there after they were made");
}

Result<BundleTools> obtainBundleTools(const Environment& environment, ProgressStyle progress) {
    const auto workshop = TRY(open(environment, progress));
    // The library as the WASI interpreter has it: with the module that says how that was built, for
    // sysconfig.
    const std::string wasi = stepId("interpreter", Platform::Wasi);
    const std::string ids[] = {kBundleKitStep, kWasiToolchainStep, kNativeStep,
                               wasi,           kNodeStep,          kHostCodeStep};
    TRY(workshop->engine->ensure(ids));
    const auto kit = TRY(workshop->engine->ready(kBundleKitStep));
    const auto native = TRY(workshop->engine->ready(kNativeStep));
    const auto library = TRY(workshop->engine->ready(wasi));
    const auto node = TRY(workshop->engine->ready(kNodeStep));
    const auto host = TRY(workshop->engine->ready(kHostCodeStep));
    if (!kit || !native || !library || !node || !host)
        return internal("the kit for compiled programs is not there after it was made");
    return BundleTools{*kit, *native / "bin/python3.13", *library / kLibraryFolder, nodeIn(*node), *host};
}

}  // namespace taipan::interpreter
