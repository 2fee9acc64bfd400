// SPDX-License-Identifier: Apache-2.0
//
// A Python program becomes one WebAssembly file: its modules are found and frozen, linked with the parts of
// the interpreter that they need, and checked.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "interpreter/interpreter.h"
#include "support/environment.h"
#include "support/result.h"

namespace taipan::bundle {

enum class Form {
    Wasm,  ///< for any WASI engine
    Node,  ///< a module of JavaScript that runs itself
};

struct Output {
    std::filesystem::path file;  ///< written when everything else has gone well
    Form form = Form::Wasm;
};

struct Request {
    std::filesystem::path program;  ///< a script
    std::vector<Output> outputs;
    std::vector<std::string> include = {};
    std::vector<std::string> exclude = {};
    std::vector<std::filesystem::path> python_path = {};
    bool takes_snapshot = true;
};

struct ModuleRow {
    std::string name;
    std::string kind;            ///< source, package, namespace, builtin
    size_t size = 0;             ///< of its code
    std::string first_importer;  ///< who wants it
};

/// A module that is imported at each start, and not once for the snapshot.
struct LateModule {
    std::string name;
    std::string reason;  ///< what its import does: "asks for the time"
};

struct Report {
    std::vector<ModuleRow> modules;
    std::vector<LateModule> late;
    size_t size = 0;  ///< of the WebAssembly
};

Result<Report> compile(const Request& request, const interpreter::BundleTools& tools,
                       const Environment& environment);

}  // namespace taipan::bundle
