// SPDX-License-Identifier: Apache-2.0
//
// The source tree of CPython that every target is built from.
#include "interpreter/recipes.h"
#include "provision/overrides.h"
#include "provision/source_pins.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace {

constexpr const char* kVersionHeader = "Include/patchlevel.h";

}  // namespace

Result<provision::Step> cpythonSource(const Environment& environment, provision::FileFacts& facts) {
    provision::Step step;
    step.id = kCpythonSourceStep;
    step.title = "fetching the source of CPython";
    step.seconds = 10;
    const auto own = TRY(provision::folderOverride(environment, "TAIPAN_CPYTHON_SOURCE", kVersionHeader));
    if (own) {
        step.values = {own->string(), TRY(facts.sha256(*own / kVersionHeader))};
        step.run = [own](provision::StepContext& context) { return copyTree(*own, context.output()); };
        return step;
    }
    const provision::SourcePin& pin = provision::sourcePin("python3.13");
    step.values = {std::string(pin.tarball), std::string(pin.sha256)};
    step.packages = {"xz-utils"};
    step.run = [&pin](provision::StepContext& context) {
        return provision::unpackSource(context, provision::kSuite, pin, context.output());
    };
    return step;
}

}  // namespace taipan::interpreter
