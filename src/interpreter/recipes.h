// SPDX-License-Identifier: Apache-2.0
//
// The steps that lead to the interpreters, and which of them a target is.
#pragma once

#include <filesystem>

#include "interpreter/interpreter.h"
#include "interpreter/wasm_platform.h"
#include "provision/file_facts.h"
#include "provision/step.h"

namespace taipan::interpreter {

/// All steps, for this machine and environment.
Result<provision::Steps> recipes(const Environment& environment, provision::FileFacts& facts);

Result<provision::Step> cpythonSource(const Environment& environment, provision::FileFacts& facts);
provision::Step cpythonTree();
provision::Step librarySources();
provision::Step opensslSource();
provision::Step nativeInterpreter();

Result<provision::Step> nodeRuntime(const Environment& environment, provision::FileFacts& facts);
Result<provision::Step> emscriptenToolchain(const Environment& environment);
Result<provision::Step> wasiToolchain(const Environment& environment);

provision::Step libraries(Platform platform);
provision::Step openssl(Platform platform);
provision::Step cpythonWasm(Platform platform, const Environment& environment);
provision::Step interpreterWasm(Platform platform, const Environment& environment);

provision::Step standardLibrary();
provision::Step hostPackages();
provision::Step kernelWasm();
provision::Step hostCode();
provision::Step browserAssets();
provision::Step testModules();
provision::Step smallParts();
provision::Step bundleKit();

// The code of a recipe is one of its inputs: who changes a flag there gets a new output.
inline constexpr const char* kFlagsRecipe = "src/interpreter/wasm_platform.cpp";

inline constexpr const char* kCpythonSourceStep = "cpython-source";
inline constexpr const char* kCpythonTreeStep = "cpython-tree";
inline constexpr const char* kLibrarySourcesStep = "library-sources";
inline constexpr const char* kOpensslSourceStep = "openssl-source";
inline constexpr const char* kNativeStep = "cpython-native";
inline constexpr const char* kNodeStep = "node";
inline constexpr const char* kEmscriptenStep = "emscripten";
inline constexpr const char* kWasiToolchainStep = "wasi-toolchain";
inline constexpr const char* kSmallPartsStep = "small-parts-wasi";
inline constexpr const char* kBundleKitStep = "bundle-kit-wasi";
inline constexpr const char* kStandardLibraryStep = "standard-library";
inline constexpr const char* kHostPackagesStep = "host-packages";
inline constexpr const char* kKernelStep = "kernel";
inline constexpr const char* kHostCodeStep = "host-code";
inline constexpr const char* kBrowserAssetsStep = "browser-assets";
inline constexpr const char* kTestModulesStep = "test-modules";

/// Node's executable in the output of its step.
std::filesystem::path nodeIn(const std::filesystem::path& node_step_output);

}  // namespace taipan::interpreter
