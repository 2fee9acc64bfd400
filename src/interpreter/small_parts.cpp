// SPDX-License-Identifier: Apache-2.0
//
// What compiled programs are linked with in the place of what the interpreter has, because it is smaller:
//   lib/libsqlite3.a             compiled for size, which makes it no slower
//   unicodedata_without_names.o  the module unicodedata without names of characters (runtime/bundle/nameless)
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "interpreter/recipes.h"
#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRecipe = "src/interpreter/small_parts.cpp";
constexpr const char* kLibraries = "libraries";
constexpr const char* kNameless = "runtime/bundle/nameless";

Result<void> copyInto(const fs::path& folder, const fs::path& file) {
    std::error_code error;
    fs::copy_file(file, folder / file.filename(), error);
    if (error)
        return failSystem(error.value(), "cannot copy " + file.string());
    return {};
}

/// By the project that builds all libraries, which cannot be configured without the sources of the others.
Result<void> buildSqlite(provision::StepContext& context) {
    const fs::path project = context.repository() / kLibraries;
    const fs::path& sources = context.dependency(kLibrarySourcesStep);
    const auto source = [&](std::string_view variable, std::string_view folder) {
        return fmt::format("-D{}_SOURCE={}", variable, (sources / folder).string());
    };
    const std::string flags = fmt::format("{}", fmt::join(compilerFlags(context, Platform::Wasi), " "));
    TRY(context.command(
        {{"cmake", "-G", "Ninja", "-S", project.string(), "-B", "build", "-DCMAKE_BUILD_TYPE=MinSizeRel",
          "-DCMAKE_TOOLCHAIN_FILE=" + (project / "toolchain.cmake").string(),
          "-DTAIPAN_LLVM_BIN=" + llvmTool(context, Platform::Wasi, "").string(),
          "-DTAIPAN_TARGET_FLAGS=" + flags, source("ZLIB", "zlib"), source("BZIP2", "bzip2"),
          source("XZ", "xz-utils"), source("SQLITE", "sqlite-amalgamation")},
         {},
         {}}));
    TRY(context.command({{"cmake", "--build", "build", "--target", "sqlite3"}, {}, {}}));
    TRY(createDirectories(context.output() / "lib"));
    return copyInto(context.output() / "lib", context.scratch() / "build/libsqlite3.a");
}

/// A quoted include looks beside the source first, so the source gets another header beside it.
Result<void> compileNamelessUnicodeData(provision::StepContext& context) {
    const fs::path folder = context.scratch() / "nameless";
    const fs::path modules = context.dependency(kCpythonTreeStep) / "Modules";
    TRY(createDirectories(folder / "clinic"));
    TRY(copyInto(folder, modules / "unicodedata.c"));
    TRY(copyInto(folder, modules / "unicodedata_db.h"));
    TRY(copyInto(folder / "clinic", modules / "clinic/unicodedata.c.h"));
    TRY(copyInto(folder, context.repository() / kNameless / "unicodename_db.h"));
    const fs::path headers = context.dependency(stepId("cpython", Platform::Wasi)) / "include/python3.13";
    std::vector<std::string> compile = compilerWords(context, Platform::Wasi);
    compile.insert(compile.end(),
                   {"-std=c11", "-O3", "-g0", "-DNDEBUG", "-DPy_BUILD_CORE_BUILTIN", "-fno-strict-aliasing",
                    "-fwrapv", "-w", "-I" + headers.string(), "-I" + (headers / "internal").string(), "-c",
                    (folder / "unicodedata.c").string(), "-o",
                    (context.output() / "unicodedata_without_names.o").string()});
    return context.command({compile, {}, {}});
}

Result<void> build(provision::StepContext& context) {
    TRY(buildSqlite(context));
    return compileNamelessUnicodeData(context);
}

}  // namespace

provision::Step smallParts() {
    provision::Step step;
    step.id = kSmallPartsStep;
    step.title = "compiling what compiled programs have smaller than the interpreter";
    step.needs = {stepId("cpython", Platform::Wasi), kCpythonTreeStep, kLibrarySourcesStep,
                  kWasiToolchainStep};
    step.files = {kRecipe, kFlagsRecipe, kLibraries, kNameless};
    step.packages = {"cmake", "ninja-build"};
    step.products = {"lib/libsqlite3.a", "unicodedata_without_names.o"};
    step.seconds = 25;
    step.run = build;
    return step;
}

}  // namespace taipan::interpreter
