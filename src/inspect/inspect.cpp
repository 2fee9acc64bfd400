// SPDX-License-Identifier: Apache-2.0
//
// Asks the interpreter with cpython/tools/describe.py and adds what only the outside knows.
#include "inspect/inspect.h"

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

}  // namespace

Result<nlohmann::json> inspectTarget(interpreter::Target target,
                                     const interpreter::Installation& installation, const Runner& runner) {
    const fs::path repository = TRY(repositoryRoot());
    const std::string modules = TRY(readFile(repository / kModules));
    const std::string answer = TRY(runner(target, {(repository / kScript).string(), modules}));
    nlohmann::json description = nlohmann::json::parse(answer, nullptr, false);
    if (description.is_discarded())
        return internal("the interpreter's description of itself is no JSON");
    description["target"] = interpreter::nameOf(target);
    description["sizes"] = TRY(sizesOf(installation));
    return description;
}

}  // namespace taipan::inspect
