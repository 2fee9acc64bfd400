// SPDX-License-Identifier: Apache-2.0
//
// Runs a program in a headless Chromium: its files, standard streams and exit code are those of this machine.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/environment.h"
#include "support/result.h"

namespace taipan::serve {

/// Where the things are that a page loads.
struct PageFiles {
    std::filesystem::path host;              ///< what web/build.mjs made
    std::filesystem::path interpreter;       ///< the folder with python.mjs and python.wasm
    std::filesystem::path standard_library;  ///< stdlib.zip, stored without compression
};

/// Name and file of everything the page and the worker load.
Result<std::map<std::string, std::filesystem::path>> pageAssets(const PageFiles& files);

struct BrowserProgram {
    std::vector<std::string> arguments;           ///< as python takes them: FILE ARGS…, -c CODE …
    std::optional<std::filesystem::path> script;  ///< FILE, if the program is one; its folder is given to it
    std::filesystem::path working_directory;      ///< absolute; given to it as well
};

/// The exit code of the program; 130 when Ctrl-C ended it. REQUIRES: no other thread of this process runs.
Result<int> runInBrowser(const PageFiles& files, const BrowserProgram& program,
                         const Environment& environment);

}  // namespace taipan::serve
