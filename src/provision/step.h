// SPDX-License-Identifier: Apache-2.0
//
// A step: something that is made once from known inputs and kept in the cache, such as "the sources of zlib"
// or "the native interpreter". Its key is the hash of all that goes into it, so an output is either right or
// made again.
//
//   key = SHA-256(id, machine, values, contents of files, keys of the steps it needs)
//   output = CACHE/steps/ID-<first 16 digits of the key>/, complete or absent
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "support/result.h"

namespace taipan::provision {

class StepContext;

struct Step {
    std::string id;     ///< "cpython-native": lower case, digits and dashes; names the folder and the log
    std::string title;  ///< "building the native interpreter": what the progress line says
    std::vector<std::string> needs = {};            ///< ids of the steps whose outputs it reads
    std::vector<std::string> values = {};           ///< inputs: versions, flags, hashes, recipe numbers
    std::vector<std::filesystem::path> files = {};  ///< inputs: files and folders, relative to the repository
    std::vector<std::string> packages = {};         ///< distribution packages, rows of system_packages.cpp
    std::vector<std::filesystem::path> products = {};  ///< files of the output, checked before every use
    double seconds = 10;  ///< expected duration: the weight in the bar and in the schedule
    std::function<Result<void>(StepContext&)> run = {};
};

/// A step that waits for others and makes nothing itself has no place here: ask for several ids instead.
using Steps = std::vector<Step>;

}  // namespace taipan::provision
