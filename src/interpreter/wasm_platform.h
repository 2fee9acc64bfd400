// SPDX-License-Identifier: Apache-2.0
//
// The two WebAssembly platforms that interpreters are built for, and what their toolchains look like on disk.
//
// A toolchain's step output has one layout, wherever its parts come from:
//   llvm       -> the folder with clang, wasm-ld, llvm-ar …
//   sysroot    -> headers and libraries of the C library
//   resource   -> clang's resource folder (WASI only, where the distribution's has no builtins for the
//   target) emscripten -> the folder with emcc (Emscripten only), config.py its settings
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "provision/step.h"
#include "provision/step_context.h"

namespace taipan::interpreter {

/// In the WASI toolchain's output: belongs into every link.
inline constexpr std::string_view kStackProtectorObject = "stack_protector.o";

enum class Platform { Emscripten, Wasi };

struct PlatformRow {
    Platform platform;
    std::string_view name;            ///< in step ids: "cpython-wasi"
    std::string_view triple;          ///< for clang
    std::string_view configure_host;  ///< for CPython's configure
    std::string_view toolchain_step;
    std::vector<std::string_view> flags;  ///< for every compilation, without the sysroot
};

const PlatformRow& rowOf(Platform platform);

/// "cpython-wasi" for ("cpython", Wasi).
std::string stepId(std::string_view what, Platform platform);

/// clang's arguments for every compilation of the platform. REQUIRES: the step needs the toolchain's step.
std::vector<std::string> compilerFlags(const provision::StepContext& context, Platform platform);

/// The toolchain's clang, llvm-ar and so on.
std::filesystem::path llvmTool(const provision::StepContext& context, Platform platform,
                               std::string_view name);

/// clang and its flags: what every command line of it begins with.
std::vector<std::string> compilerWords(const provision::StepContext& context, Platform platform);

/// The same as one string, the way make and configure take CC.
std::string compilerCommand(const provision::StepContext& context, Platform platform);

/// The environment in which emcc runs: its settings, its Python, and a PATH with node.
std::map<std::string, std::optional<std::string>> emscriptenEnvironment(
    const provision::StepContext& context);

}  // namespace taipan::interpreter
