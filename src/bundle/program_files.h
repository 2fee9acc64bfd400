// SPDX-License-Identifier: Apache-2.0
//
// The files that a program has inside: data that the user names, and sources of its modules.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "bundle/bundle.h"

namespace taipan::bundle {

struct ProgramFile {
    std::string path;  ///< as the program sees it: "/app/data/words.txt"
    std::filesystem::path source;
    size_t size = 0;
    bool is_source = false;  ///< of a module, not data
};

/// Folders that the program sees: its own, and the standard library.
inline constexpr std::string_view kProgramFolder = "/app";
inline constexpr std::string_view kLibraryFolder = "/lib/python3.13";

/// Every file that `request.data` names, in the order of their paths. Fails on what is not there, on a place
/// outside of the program's folder, and on two files in one place.
Result<std::vector<ProgramFile>> dataFiles(const Request& request);

/// Both lists in the order of their paths; a data file in the place of a source is that source.
std::vector<ProgramFile> merged(std::vector<ProgramFile> data, std::vector<ProgramFile> sources);

}  // namespace taipan::bundle
