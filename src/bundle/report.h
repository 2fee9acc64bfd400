// SPDX-License-Identifier: Apache-2.0
//
// What a compilation has to tell: what is in the file and why, where the bytes are, how long it took.
#pragma once

#include <string>
#include <vector>

namespace taipan::bundle {

struct ModuleRow {
    std::string name;
    std::string kind;  ///< source, package, namespace, builtin
    bool is_library = false;
    size_t size = 0;                          ///< of its code, before there is a snapshot
    std::vector<std::string> importers = {};  ///< who wants it: "json:12" with the line where there is one
};

/// A module that is imported at each start, and not once for the snapshot.
struct LateModule {
    std::string name;
    std::string reason;  ///< what its import does: "asks for the time"
};

/// An import that leads to nothing, which may never happen.
struct MissingModule {
    std::string name;
    std::string importer;  ///< as in ModuleRow
};

/// All of these together are the file.
struct SizeRow {
    std::string part;  ///< "interpreter", "extension module", "C library", "data", "snapshot", …
    std::string name;  ///< of which one; empty where there is one only
    size_t size = 0;
};

struct StepTime {
    std::string title;
    double seconds = 0;
};

struct WrittenFile {
    std::string name;
    size_t size = 0;
};

struct Report {
    std::vector<ModuleRow> modules;
    std::vector<LateModule> late;
    std::vector<MissingModule> missing;
    std::vector<SizeRow> sizes;
    std::vector<StepTime> steps;
    std::vector<WrittenFile> files;
    size_t size = 0;  ///< of the WebAssembly
};

}  // namespace taipan::bundle
