// SPDX-License-Identifier: Apache-2.0
//
// The source tree that every target is built from: upstream's, with our patches in the order of their names.
#include <algorithm>

#include "interpreter/recipes.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kPatches = "cpython/3.13/patches";

std::vector<fs::path> patchesIn(const fs::path& folder) {
    std::vector<fs::path> patches;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == ".patch")
            patches.push_back(entry.path());
    }
    std::ranges::sort(patches);
    return patches;
}

Result<void> patch(provision::StepContext& context) {
    TRY(copyTree(context.dependency(kCpythonSourceStep), context.output()));
    for (const fs::path& file : patchesIn(context.repository() / kPatches)) {
        TRY(context.command({{"patch", "--strip=1", "--batch", "--forward", "--no-backup-if-mismatch",
                              "--input=" + file.string()},
                             context.output(),
                             {}}));
    }
    return {};
}

}  // namespace

provision::Step cpythonTree() {
    provision::Step step;
    step.id = kCpythonTreeStep;
    step.title = "patching CPython";
    step.needs = {kCpythonSourceStep};
    step.files = {kPatches};
    step.packages = {"patch"};
    step.seconds = 3;
    step.run = patch;
    return step;
}

}  // namespace taipan::interpreter
