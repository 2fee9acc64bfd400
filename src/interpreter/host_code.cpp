// SPDX-License-Identifier: Apache-2.0
//
// The JavaScript that hosts interpreters, bundled from web/.
#include "interpreter/recipes.h"
#include "provision/npm.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kWeb = "web";

Result<void> build(provision::StepContext& context) {
    const fs::path web = context.scratch() / kWeb;
    TRY(createDirectories(web));
    for (const fs::directory_entry& entry : fs::directory_iterator(context.repository() / kWeb)) {
        const fs::path name = entry.path().filename();
        if (name == "node_modules")  // a developer's own
            continue;
        if (entry.is_directory()) {
            TRY(copyTree(entry.path(), web / name));
        } else {
            fs::copy_file(entry.path(), web / name);
        }
    }
    TRY(copyTree(context.dependency(kHostPackagesStep) / "node_modules", web / "node_modules",
                 CopyMode::Link));
    TRY(context.command(
        {{nodeIn(context.dependency(kNodeStep)).string(), "build.mjs", "--out", context.output().string()},
         web,
         {}}));
    fs::copy_file(context.dependency(kKernelStep) / "kernel.wasm", context.output() / "kernel.wasm");
    return {};
}

}  // namespace

provision::Step hostPackages() {
    provision::Step step;
    step.id = kHostPackagesStep;
    step.title = "fetching packages for the host code";
    step.files = {"web/package.json", "web/package-lock.json"};
    step.packages = {"npm"};
    step.seconds = 5;
    step.run = [](provision::StepContext& context) {
        return provision::installNpmPackages(context, context.repository() / kWeb, true);
    };
    return step;
}

provision::Step hostCode() {
    provision::Step step;
    step.id = kHostCodeStep;
    step.title = "bundling the host code";
    step.needs = {kNodeStep, kHostPackagesStep, kKernelStep};
    step.files = {"web/build.mjs", "web/common", "web/kernel", "web/shell",  "web/node",
                  "web/worker",    "web/page",   "web/wasi",   "web/bundle", "web/tsconfig.json"};
    step.products = {"node.mjs",     "wasi.mjs",        "prepare.mjs",   "rehearse.mjs",
                     "pack.mjs",     "bundle/node.mjs", "pack-page.mjs", "bundle/browser/page.html",
                     "worker.mjs",   "page/index.html", "page/page.mjs", "page/run.html",
                     "page/run.mjs", "kernel.wasm"};
    step.seconds = 2;
    step.run = build;
    return step;
}

}  // namespace taipan::interpreter
