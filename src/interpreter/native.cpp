// SPDX-License-Identifier: Apache-2.0
//
// The native interpreter: the yardstick, and the python that cross builds need.
#include <fmt/format.h>

#include "interpreter/recipes.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace {

constexpr const char* kRecipe = "src/interpreter/native.cpp";

Result<void> build(provision::StepContext& context) {
    const std::string configure = (context.dependency(kCpythonTreeStep) / "configure").string();
    const std::string parallel = fmt::format("-j{}", context.jobs());
    const std::filesystem::path staged = context.scratch() / "installed";
    TRY(context.command({{configure, "--prefix=" + context.finalOutput().string(), "--without-ensurepip",
                          "OPT=-DNDEBUG -O3 -g0"},
                         {},
                         {}}));
    TRY(context.command({{"make", parallel}, {}, {}}));
    TRY(context.command({{"make", parallel, "install", "DESTDIR=" + staged.string()}, {}, {}}));
    TRY(removeTree(context.output()));
    return renamePath(staged / context.finalOutput().relative_path(), context.output());
}

}  // namespace

provision::Step nativeInterpreter() {
    provision::Step step;
    step.id = kNativeStep;
    step.title = "building the native interpreter";
    step.needs = {kCpythonTreeStep};
    step.files = {kRecipe};
    step.packages = {"g++",         "make",           "pkg-config", "libffi-dev", "libbz2-dev",
                     "liblzma-dev", "libsqlite3-dev", "zlib1g-dev", "libssl-dev", "uuid-dev"};
    step.products = {"bin/python3.13", "lib/python3.13/os.py"};
    step.seconds = 90;
    step.run = build;
    return step;
}

}  // namespace taipan::interpreter
