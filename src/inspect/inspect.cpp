// SPDX-License-Identifier: Apache-2.0
//
// Asks the interpreter with cpython/tools/describe.py and adds what only the outside knows.
#include "inspect/inspect.h"

#include <algorithm>

#include "support/files.h"
#include "support/paths.h"

namespace taipan::inspect {

namespace fs = std::filesystem;

namespace {

constexpr const char* kScript = "cpython/tools/describe.py";
constexpr const char* kModules = "cpython/3.13/modules.json";

/// Name for the reader, file below the installation.
Result<nlohmann::json> sizesOf(const interpreter::Installation& installation) {
    const std::map<std::string, fs::path> files = {
        {"interpreter",
         fs::is_directory(installation.python) ? installation.python / "python.wasm" : installation.python},
        {"glue", installation.python / "python.mjs"},
        {"standard library", installation.standard_library},
    };
    nlohmann::json sizes = nlohmann::json::object();
    for (const auto& [name, path] : files) {
        if (!fs::exists(path))
            continue;
        const Size size = TRY(measure(path));
        sizes[name] = {{"raw", size.raw}, {"gzip", size.gzip}};
    }
    return sizes;
}

bool isObjectOf(const nlohmann::json& values, bool (*accepts)(const nlohmann::json&)) {
    return values.is_object() && std::all_of(values.begin(), values.end(), accepts);
}

bool isAnything(const nlohmann::json&) {
    return true;
}

bool isModule(const nlohmann::json& value) {
    return value.is_object() && value.contains("kind") && value.contains("note") && value["note"].is_string();
}

bool isFeature(const nlohmann::json& value) {
    return value.is_object() && value.contains("works") && value["works"].is_boolean() &&
           value.contains("why");
}

/// The shape that inspect.h promises.
bool isDescription(const nlohmann::json& answer) {
    const auto has = [&](const char* name, bool (*accepts)(const nlohmann::json&)) {
        return answer.contains(name) && isObjectOf(answer[name], accepts);
    };
    return answer.is_object() && has("identity", isAnything) && has("versions", isAnything) &&
           has("modules", isModule) && has("features", isFeature);
}

}  // namespace

Result<nlohmann::json> inspectTarget(interpreter::Target target,
                                     const interpreter::Installation& installation, const Runner& runner) {
    const fs::path repository = TRY(repositoryRoot());
    const std::string modules = TRY(readFile(repository / kModules));
    const std::string answer = TRY(runner(target, {(repository / kScript).string(), modules}));
    nlohmann::json description = nlohmann::json::parse(answer, nullptr, false);
    if (!isDescription(description))
        return internal("the interpreter's description of itself is malformed");
    description["target"] = interpreter::nameOf(target);
    description["sizes"] = TRY(sizesOf(installation));
    return description;
}

}  // namespace taipan::inspect
