// SPDX-License-Identifier: Apache-2.0
//
// What a program is linked with when it becomes one file: CPython's archives, the C libraries, runtime/ and
// the words of the compiler, in one folder with names of its own, so that a compile needs nothing else.
//   lib/*.a          the archives      *.o           runtime/
//   compiler.txt     clang and flags, a word a line
//   link.txt         what follows the program's objects, a word a line, relative to the folder
//   without_ast.o    joins them in programs that have no syntax trees; kWithoutAst
//   unicodedata_without_names.o   the same where nobody asks for names of characters
//   with_files.txt   joins them in programs that have files: an object and the calls that end in it, a word a
//                    line
//   modules.txt      the extension modules in libpython3.13.a, a name a line
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "interpreter/cpython_wasm.h"
#include "interpreter/recipes.h"
#include "interpreter/runtime_objects.h"
#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"
#include "support/files.h"
#include "support/text.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRecipe = "src/interpreter/bundle_kit.cpp";
constexpr auto kSources = std::to_array<std::string_view>(
    {"bundle/program_main.cpp", "bundle/snapshot.cpp", "bundle/hash_renewal.cpp", "bundle/free_memory.cpp",
     "bundle/shedding.cpp", "bundle/unpacking.cpp", "bundle/recursion.cpp", "bundle/process_clock.cpp",
     "eval_tick.cpp"});
constexpr std::string_view kInitPrefix = " T PyInit_";
constexpr std::string_view kNamelessUnicode = "unicodedata_without_names.o";
constexpr std::string_view kSmallArchive = "libsqlite3.a";
constexpr std::string_view kRealPrefix = " U __real_";

/// Links the archive into the kit and returns its name there.
Result<std::string> addArchive(provision::StepContext& context, const std::string& step,
                               std::string_view archive) {
    const fs::path name = fs::path("lib") / fs::path(archive).filename();
    std::error_code error;
    fs::copy_file(context.dependency(step) / name, context.output() / name, error);
    if (error)
        return failSystem(error.value(), "cannot copy " + name.string());
    return name.string();
}

Result<std::vector<std::string>> addArchives(provision::StepContext& context) {
    std::vector<std::string> names;
    TRY(createDirectories(context.output() / "lib"));
    for (const std::string_view archive : kCpythonArchives)
        names.push_back(TRY(addArchive(context, stepId("cpython", Platform::Wasi), archive)));
    for (const std::string_view archive : kLibraryArchives) {
        const std::string step =
            archive == kSmallArchive ? kSmallPartsStep : stepId("libraries", Platform::Wasi);
        names.push_back(TRY(addArchive(context, step, archive)));
    }
    for (const std::string_view archive : kOpensslArchives)
        names.push_back(TRY(addArchive(context, stepId("openssl", Platform::Wasi), archive)));
    return names;
}

Result<void> addObject(provision::StepContext& context, const std::string& step, std::string_view object,
                       std::string_view name) {
    std::error_code error;
    fs::copy_file(context.dependency(step) / object, context.output() / name, error);
    if (error)
        return failSystem(error.value(), fmt::format("cannot copy {}", name));
    return {};
}

/// Which modules there are, by their init functions.
Result<std::string> extensionModules(provision::StepContext& context) {
    const std::string symbols = TRY(context.capture(
        {{llvmTool(context, Platform::Wasi, "llvm-nm").string(), "--quiet", "lib/libpython3.13.a"},
         context.output(),
         {}}));
    std::string names;
    for (const std::string& line : splitLines(symbols)) {
        if (const size_t at = line.find(kInitPrefix); at != std::string::npos)
            names += line.substr(at + kInitPrefix.size()) + "\n";
    }
    return names;
}

/// The words that link runtime/bundle/program_files.cpp: it stands before each function whose real one it
/// wants.
Result<void> addFilesPart(provision::StepContext& context) {
    const fs::path object =
        TRY(compileRuntimeSource(context, Platform::Wasi, "bundle/program_files.cpp", context.output()));
    const std::string symbols = TRY(
        context.capture({{llvmTool(context, Platform::Wasi, "llvm-nm").string(), "--quiet", object.string()},
                         context.output(),
                         {}}));
    std::string words = object.filename().string() + "\n";
    for (const std::string& line : splitLines(symbols)) {
        if (const size_t at = line.find(kRealPrefix); at != std::string::npos)
            words += "-Wl,--wrap=" + line.substr(at + kRealPrefix.size()) + "\n";
    }
    return writeFile(context.output() / "with_files.txt", words);
}

Result<void> build(provision::StepContext& context) {
    std::vector<std::string> link;
    for (const std::string_view source : kSources) {
        const fs::path object = TRY(compileRuntimeSource(context, Platform::Wasi, source, context.output()));
        link.push_back(object.filename().string());
    }
    TRY(compileRuntimeSource(context, Platform::Wasi, "bundle/without_ast.cpp", context.output()));
    TRY(addFilesPart(context));
    TRY(addObject(context, kWasiToolchainStep, kStackProtectorObject, "stack_protector.o"));
    TRY(addObject(context, kSmallPartsStep, kNamelessUnicode, kNamelessUnicode));
    link.emplace_back("stack_protector.o");
    const std::vector<std::string> archives = TRY(addArchives(context));
    link.insert(link.end(), archives.begin(), archives.end());
    link.insert(link.end(), kWasiLinkFlags.begin(), kWasiLinkFlags.end());
    link.emplace_back("-Wl,--compress-relocations");
    // Strings stay apart: documentation is cleared, and no other string may be the end of it (shedding.cpp).
    link.emplace_back("-Wl,-O0");
    link.emplace_back("-Wl,--wrap=_PyTraceMalloc_Stop");
    link.emplace_back("-Wl,--wrap=_PyPegen_parse");  // recursion.cpp
    link.emplace_back("-Wl,--export=taipan_packed");
    link.emplace_back("-nostartfiles");  // program_main.cpp has _start
    TRY(writeFile(context.output() / "compiler.txt",
                  fmt::format("{}\n", fmt::join(compilerWords(context, Platform::Wasi), "\n"))));
    TRY(writeFile(context.output() / "link.txt", fmt::format("{}\n", fmt::join(link, "\n"))));
    return writeFile(context.output() / "modules.txt", TRY(extensionModules(context)));
}

}  // namespace

provision::Step bundleKit() {
    provision::Step step;
    step.id = kBundleKitStep;
    step.title = "preparing what compiled programs are linked with";
    step.needs = {stepId("cpython", Platform::Wasi), stepId("libraries", Platform::Wasi),
                  stepId("openssl", Platform::Wasi), kSmallPartsStep, kWasiToolchainStep};
    step.files = {kRecipe, kFlagsRecipe, kRuntime};
    step.products = {"link.txt", "compiler.txt", "modules.txt", "with_files.txt", "program_main.o"};
    step.seconds = 4;
    step.run = build;
    return step;
}

}  // namespace taipan::interpreter
