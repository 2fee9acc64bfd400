// SPDX-License-Identifier: Apache-2.0
//
// The extension modules of CPython that only its own tests import, compiled to files that the Emscripten
// build loads. No interpreter of ours contains them.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>

#include "interpreter/recipes.h"
#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"
#include "support/files.h"
#include "support/text.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRecipe = "src/interpreter/test_modules.cpp";

constexpr std::string_view kSuffix = ".cpython-313-wasm32-emscripten.so";

// Which sources a module has, CPython says: lines "@MODULE_…_TRUE@NAME SOURCE…".
constexpr const char* kSetupFile = "Modules/Setup.stdlib.in";

constexpr auto kModules = std::to_array<std::string_view>(
    {"_ctypes_test", "_testbuffer", "_testcapi", "_testclinic", "_testclinic_limited", "_testimportmultiple",
     "_testinternalcapi", "_testlimitedcapi", "_testmultiphase", "_testsinglephase", "_xxtestfuzz",
     "xxlimited", "xxlimited_35", "xxsubtype"});

struct TestModule {
    std::string name;
    std::vector<std::string> sources;  ///< relative to Modules/
};

std::vector<std::string> wordsOf(std::string_view line) {
    std::vector<std::string> words;
    for (const auto word : std::views::split(line, ' ')) {
        if (!std::ranges::empty(word))
            words.emplace_back(std::string_view(word));
    }
    return words;
}

Result<std::vector<TestModule>> modulesIn(const fs::path& setup_file) {
    std::vector<TestModule> modules;
    for (const std::string& line : splitLines(TRY(readFile(setup_file)))) {
        const size_t mark = line.rfind('@');
        if (!line.starts_with("@MODULE_") || mark == 0)
            continue;
        std::vector<std::string> words = wordsOf(std::string_view(line).substr(mark + 1));
        if (words.empty() || std::ranges::find(kModules, words.front()) == kModules.end())
            continue;
        modules.push_back({words.front(), {words.begin() + 1, words.end()}});
    }
    if (modules.size() != kModules.size())
        return fail(fmt::format("{} has {} of the {} modules for tests", setup_file.string(), modules.size(),
                                kModules.size()),
                    "correct the list in src/interpreter/test_modules.cpp");
    return modules;
}

Result<void> buildModule(provision::StepContext& context, const TestModule& module) {
    const fs::path tree = context.dependency(kCpythonTreeStep);
    const fs::path headers =
        context.dependency(stepId("cpython", Platform::Emscripten)) / "include/python3.13";
    const fs::path objects = context.scratch() / module.name;
    TRY(createDirectories(objects));
    std::vector<std::string> compile = compilerWords(context, Platform::Emscripten);
    compile.insert(
        compile.end(),
        {"-O1", "-DNDEBUG", "-std=c11", "-I" + headers.string(), "-I" + (headers / "internal").string(),
         "-I" + (headers / "internal/mimalloc").string(), "-I" + (tree / "Modules").string(), "-c"});
    std::vector<std::string> link = {(context.dependency(kEmscriptenStep) / "emscripten/emcc").string(),
                                     "-O1", "-fwasm-exceptions", "-sSIDE_MODULE=1", "-sWASM_BIGINT"};
    for (const std::string& source : module.sources) {
        compile.push_back((tree / "Modules" / source).string());
        link.push_back((objects / fs::path(source).filename()).replace_extension(".o").string());
    }
    // Without -o each object goes to the folder where the compiler runs.
    TRY(context.command({compile, objects, {}}));
    link.insert(link.end(), {"-o", (context.output() / (module.name + std::string(kSuffix))).string()});
    return context.command({link, {}, emscriptenEnvironment(context)});
}

Result<void> build(provision::StepContext& context) {
    for (const TestModule& module : TRY(modulesIn(context.dependency(kCpythonTreeStep) / kSetupFile)))
        TRY(buildModule(context, module));
    return {};
}

}  // namespace

provision::Step testModules() {
    provision::Step step;
    step.id = kTestModulesStep;
    step.title = "compiling the extension modules of CPython's tests";
    step.needs = {kCpythonTreeStep, kNativeStep, kNodeStep, stepId("cpython", Platform::Emscripten),
                  kEmscriptenStep};
    step.files = {kRecipe, kFlagsRecipe};
    step.seconds = 45;
    step.run = build;
    return step;
}

}  // namespace taipan::interpreter
