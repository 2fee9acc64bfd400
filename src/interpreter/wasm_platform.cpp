// SPDX-License-Identifier: Apache-2.0
//
// The table of platforms.
#include "interpreter/wasm_platform.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "interpreter/recipes.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

const PlatformRow& rowOf(Platform platform) {
    // The main module of a dynamically linking program is position-independent, like what it loads.
    static const PlatformRow emscripten = {
        Platform::Emscripten,
        "emscripten",
        "wasm32-unknown-emscripten",
        "wasm32-unknown-emscripten",
        kEmscriptenStep,
        {"-fPIC", "-fwasm-exceptions", "-mllvm", "-wasm-enable-sjlj", "-mllvm",
         "-combiner-global-alias-analysis=false", "-mllvm", "-disable-lsr", "-fvisibility=default",
         "-DEMSCRIPTEN"},
    };
    static const PlatformRow wasi = {
        Platform::Wasi,
        "wasi",
        "wasm32-wasip1",
        "wasm32-unknown-wasi",
        kWasiToolchainStep,
        {"-D_WASI_EMULATED_SIGNAL", "-D_WASI_EMULATED_GETPID", "-D_WASI_EMULATED_PROCESS_CLOCKS"},
    };
    return platform == Platform::Emscripten ? emscripten : wasi;
}

std::string stepId(std::string_view what, Platform platform) {
    return fmt::format("{}-{}", what, rowOf(platform).name);
}

namespace {

const fs::path& toolchain(const provision::StepContext& context, Platform platform) {
    return context.dependency(std::string(rowOf(platform).toolchain_step));
}

}  // namespace

std::vector<std::string> compilerFlags(const provision::StepContext& context, Platform platform) {
    const PlatformRow& row = rowOf(platform);
    const fs::path& root = toolchain(context, platform);
    std::vector<std::string> flags = {fmt::format("--target={}", row.triple),
                                      "--sysroot=" + (root / "sysroot").string()};
    if (fs::exists(root / "resource"))
        flags.push_back("-resource-dir=" + (root / "resource").string());
    // __FILE__ says the same on each machine.
    flags.push_back(fmt::format("-ffile-prefix-map={}=", context.cache().string()));
    flags.insert(flags.end(), row.flags.begin(), row.flags.end());
    return flags;
}

fs::path llvmTool(const provision::StepContext& context, Platform platform, std::string_view name) {
    return toolchain(context, platform) / "llvm" / name;
}

std::vector<std::string> compilerWords(const provision::StepContext& context, Platform platform) {
    std::vector<std::string> words = compilerFlags(context, platform);
    words.insert(words.begin(), llvmTool(context, platform, "clang").string());
    return words;
}

std::string compilerCommand(const provision::StepContext& context, Platform platform) {
    return fmt::format("{}", fmt::join(compilerWords(context, platform), " "));
}

std::map<std::string, std::optional<std::string>> emscriptenEnvironment(
    const provision::StepContext& context) {
    const fs::path& root = context.dependency(kEmscriptenStep);
    return {
        {"EM_CONFIG", (root / "config.py").string()},
        {"EMSDK_PYTHON", (context.dependency(kNativeStep) / "bin/python3.13").string()},
    };
}

}  // namespace taipan::interpreter
