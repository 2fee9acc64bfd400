// SPDX-License-Identifier: Apache-2.0
//
// The kernel as WebAssembly, for the hosts of Node and the browser.
#include <fmt/format.h>

#include <algorithm>

#include "interpreter/recipes.h"
#include "interpreter/runtime_objects.h"
#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRecipe = "src/interpreter/kernel_wasm.cpp";

std::vector<fs::path> sourcesIn(const fs::path& folder) {
    std::vector<fs::path> sources;
    for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".cpp")
            sources.push_back(entry.path());
    }
    std::ranges::sort(sources);
    return sources;
}

/// All of it as one source: a compiler that reads the standard headers once is done in a quarter of the time.
std::string oneSource(const fs::path& repository) {
    std::string text;
    for (const fs::path& source : sourcesIn(repository / kKernel))
        text += fmt::format("#include \"{}\"\n", fs::relative(source, repository).string());
    return text;
}

Result<void> build(provision::StepContext& context) {
    const fs::path source = context.scratch() / "kernel.cpp";
    TRY(writeFile(source, oneSource(context.repository())));
    const std::vector<std::string> compile = {
        (context.dependency(kEmscriptenStep) / "emscripten/em++").string(), "-std=c++23", "-O2", "-DNDEBUG",
        "-fno-exceptions", "-fno-rtti", "-I" + context.repository().string(), source.string(), "-o",
        (context.output() / "kernel.wasm").string(),
        // No JavaScript: web/kernel/kernel.ts gives it what it needs.
        "-sSTANDALONE_WASM", "--no-entry", "-sFILESYSTEM=0", "-sALLOW_MEMORY_GROWTH", "-sINITIAL_MEMORY=1MB",
        "-sMAXIMUM_MEMORY=1GB", "-sSTACK_SIZE=128KB"};
    return context.command({compile, {}, emscriptenEnvironment(context)});
}

}  // namespace

provision::Step kernelWasm() {
    provision::Step step;
    step.id = kKernelStep;
    step.title = "compiling the kernel";
    step.needs = {kEmscriptenStep, kNativeStep, kNodeStep};
    step.files = {kRecipe, kKernel};
    step.products = {"kernel.wasm"};
    step.seconds = 20;
    step.run = build;
    return step;
}

}  // namespace taipan::interpreter
