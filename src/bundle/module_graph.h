// SPDX-License-Identifier: Apache-2.0
//
// What a program can import, frozen: the C++ side of cpython/tools/module_graph.
#pragma once

#include <filesystem>
#include <vector>

#include "bundle/bundle.h"
#include "bundle/program_files.h"
#include "bundle/workplace.h"

namespace taipan::bundle {

struct FrozenModule {
    ModuleRow row;
    std::string frozen_name;     ///< for the interpreter: a path for modules of the program
    std::filesystem::path code;  ///< marshalled; empty if there is none to add
    bool is_package = false;
    std::filesystem::path file = {};  ///< the source; empty if there is none
    std::string shown = {};           ///< its name inside the program
};

struct ProgramGraph {
    std::vector<FrozenModule> modules;
    std::string main_file;    ///< in __file__ and in tracebacks
    std::string main_module;  ///< in __spec__; empty for a script
    std::vector<MissingModule> missing;
    std::vector<std::string> ready_library;  ///< what the snapshot is to import of the standard library
    std::vector<std::string> ready_program;  ///< and of the program
    bool reads_documentation = false;        ///< of what is not its own
    bool reads_character_names = false;      ///< or has no unicodedata at all
    bool imports_anew = false;               ///< may do so, with modules that were imported before

    bool has(std::string_view module) const;

    /// Of the modules that have one.
    std::vector<ProgramFile> sources() const;
};

/// Fails as Python does on a syntax error, and with one line on anything else.
Result<ProgramGraph> findModules(const Request& request, const Workplace& place);

}  // namespace taipan::bundle
