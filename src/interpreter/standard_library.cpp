// SPDX-License-Identifier: Apache-2.0
//
// CPython's standard library for the WebAssembly targets: sources with compiled code beside them that is
// never compared with its source, and modules of ours for what the platforms lack.
#include <fmt/format.h>

#include "interpreter/recipes.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kOwnModules = "cpython/3.13/lib";

// Compiled when they are first used, if ever: tests and demonstrations are a third of the library.
constexpr std::string_view kNotCompiled = "/(test|tests|idlelib|turtledemo|lib2to3|ensurepip)/";

Result<void> build(provision::StepContext& context) {
    const fs::path library = context.output() / "lib/python3.13";
    TRY(copyTree(context.dependency(kCpythonTreeStep) / "Lib", library));
    TRY(copyTree(context.repository() / kOwnModules, library));
    return context.command({{(context.dependency(kNativeStep) / "bin/python3.13").string(), "-m",
                             "compileall", "-q", fmt::format("-j{}", context.jobs()), "--invalidation-mode",
                             "unchecked-hash", "-x", std::string(kNotCompiled), library.string()},
                            {},
                            {}});
}

}  // namespace

provision::Step standardLibrary() {
    provision::Step step;
    step.id = kStandardLibraryStep;
    step.title = "compiling the standard library";
    step.needs = {kCpythonTreeStep, kNativeStep};
    step.files = {kOwnModules};
    step.values = {std::string(kNotCompiled)};
    step.seconds = 10;
    step.run = build;
    return step;
}

}  // namespace taipan::interpreter
