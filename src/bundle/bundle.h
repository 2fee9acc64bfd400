// SPDX-License-Identifier: Apache-2.0
//
// A Python program becomes one WebAssembly file: its modules are found and frozen, linked with the parts of
// the interpreter that they need, and checked.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "bundle/report.h"
#include "interpreter/interpreter.h"
#include "support/environment.h"
#include "support/progress.h"
#include "support/result.h"

namespace taipan::bundle {

enum class Form {
    Wasm,        ///< for any WASI engine
    Node,        ///< a module of JavaScript that runs itself
    Page,        ///< a page with everything inside
    PageFolder,  ///< a page and its files, for a static host
};

struct Output {
    std::filesystem::path file;  ///< written when everything else has gone well
    Form form = Form::Wasm;
};

enum class InputKind {
    Script,
    Folder,  ///< with __main__.py
    Module,  ///< as python -m
    Entry,   ///< a function that is called
};

/// What the program is.
struct Input {
    InputKind kind = InputKind::Script;
    std::filesystem::path path;  ///< the script, or the folder where modules are looked for first
    std::string module = {};     ///< Module, Entry
    std::string function = {};   ///< Entry

    /// The folder that the program sees as /app.
    std::filesystem::path root() const;

    /// For messages: as the user has named it.
    std::string name() const;
};

/// A file or a folder that the program has inside, below its own folder.
struct Data {
    std::filesystem::path source;
    std::optional<std::string> destination =
        std::nullopt;  ///< as it lies below the program's folder if not given
};

struct Request {
    Input program;
    std::string name;  ///< what the program is called: the title of its page
    std::vector<Output> outputs;
    std::vector<std::string> include = {};
    std::vector<std::string> exclude = {};
    std::vector<std::filesystem::path> python_path = {};
    std::vector<Data> data = {};
    int optimize = 0;  ///< as python -O, -OO
    bool keeps_sources = false;
    bool takes_snapshot = true;
    /// The program is run with these, natively, and what it imports is included.
    std::optional<std::vector<std::string>> trace = std::nullopt;
};

Result<Report> compile(const Request& request, const interpreter::BundleTools& tools,
                       const Environment& environment, ProgressStyle progress);

}  // namespace taipan::bundle
