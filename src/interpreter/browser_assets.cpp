// SPDX-License-Identifier: Apache-2.0
//
// What a page loads of the interpreter: the same python.wasm as Node's, the standard library as one file,
// each also compressed for the transfer.
#include <fmt/format.h>

#include "interpreter/recipes.h"
#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPack = "cpython/tools/pack_library.py";
constexpr const char* kCompress = "web/compress.mjs";

Result<void> build(provision::StepContext& context) {
    const fs::path interpreter = context.dependency(stepId("interpreter", Platform::Emscripten));
    const fs::path archive = context.output() / "stdlib.zip";
    TRY(context.command({{(context.dependency(kNativeStep) / "bin/python3.13").string(),
                          (context.repository() / kPack).string(), (interpreter / "lib/python3.13").string(),
                          archive.string()},
                         {},
                         {}}));
    for (const std::string_view file : {"python.mjs", "python.wasm"})
        fs::copy_file(interpreter / file, context.output() / file);
    return context.command(
        {{nodeIn(context.dependency(kNodeStep)).string(), (context.repository() / kCompress).string(),
          archive.string(), (context.output() / "python.mjs").string(),
          (context.output() / "python.wasm").string()},
         {},
         {}});
}

}  // namespace

provision::Step browserAssets() {
    provision::Step step;
    step.id = kBrowserAssetsStep;
    step.title = "packing the interpreter for the browser";
    step.needs = {stepId("interpreter", Platform::Emscripten), kNativeStep, kNodeStep};
    step.files = {kPack, kCompress};
    for (const std::string_view file : {"python.wasm", "python.mjs", "stdlib.zip"}) {
        for (const std::string_view encoding : {"", ".br", ".gz"})
            step.products.emplace_back(fmt::format("{}{}", file, encoding));
    }
    step.seconds = 15;
    step.run = build;
    return step;
}

}  // namespace taipan::interpreter
