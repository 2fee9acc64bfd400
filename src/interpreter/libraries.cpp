// SPDX-License-Identifier: Apache-2.0
//
// zlib, bzip2, xz, SQLite and libffi for a WebAssembly platform: one CMake project, libraries/.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "interpreter/recipes.h"
#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"

namespace taipan::interpreter {

namespace {

constexpr const char* kRecipe = "src/interpreter/libraries.cpp";

Result<void> build(provision::StepContext& context, Platform platform) {
    const std::filesystem::path project = context.repository() / "libraries";
    const std::filesystem::path& sources = context.dependency(kLibrarySourcesStep);
    const auto source = [&](std::string_view variable, std::string_view folder) {
        return fmt::format("-D{}_SOURCE={}", variable, (sources / folder).string());
    };
    std::vector<std::string> configure = {
        "cmake",
        "-G",
        "Ninja",
        "-S",
        project.string(),
        "-B",
        "build",
        "-DCMAKE_TOOLCHAIN_FILE=" + (project / "toolchain.cmake").string(),
        "-DTAIPAN_LLVM_BIN=" + llvmTool(context, platform, "").string(),
        fmt::format("-DTAIPAN_TARGET_FLAGS={}", fmt::join(compilerFlags(context, platform), " ")),
        source("ZLIB", "zlib"),
        source("BZIP2", "bzip2"),
        source("XZ", "xz-utils"),
        source("SQLITE", "sqlite-amalgamation"),
        "-DCMAKE_INSTALL_PREFIX=" + context.output().string()};
    if (platform == Platform::Emscripten)
        configure.push_back(source("LIBFFI", "libffi"));
    TRY(context.command({configure, {}, {}}));
    return context.command(
        {{"cmake", "--build", "build", "--target", "install", fmt::format("-j{}", context.jobs())}, {}, {}});
}

}  // namespace

provision::Step libraries(Platform platform) {
    provision::Step step;
    step.id = stepId("libraries", platform);
    step.title = fmt::format("building the C libraries for {}", rowOf(platform).name);
    step.needs = {kLibrarySourcesStep, std::string(rowOf(platform).toolchain_step)};
    step.values.assign(rowOf(platform).flags.begin(), rowOf(platform).flags.end());
    step.files = {kRecipe, kFlagsRecipe, "libraries"};
    step.packages = {"cmake", "ninja-build"};
    step.seconds = 40;
    step.run = [platform](provision::StepContext& context) { return build(context, platform); };
    return step;
}

}  // namespace taipan::interpreter
