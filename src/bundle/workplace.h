// SPDX-License-Identifier: Apache-2.0
//
// What the parts of a compilation share: the tools, a folder of their own, and what is done with both.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "interpreter/interpreter.h"
#include "support/process.h"
#include "wasm/module.h"

namespace taipan::bundle {

struct Workplace {
    const interpreter::BundleTools& tools;
    const ProcessRunner& runner;
    std::filesystem::path folder;

    /// What it says goes to the log, a file of the folder. `cwd`: as in a Command.
    Result<ExitStatus> run(std::vector<std::string> words, std::string_view log,
                           std::optional<std::filesystem::path> cwd = std::nullopt) const;

    /// Node with flags, one of our scripts and its arguments.
    Result<ExitStatus> runScript(std::vector<std::string> flags, std::string_view script,
                                 const std::vector<std::string>& arguments, std::string_view log) const;

    /// The lines of a log, up to the last that says something.
    std::vector<std::string> linesOf(std::string_view log) const;

    /// The path of a file of the folder, as text.
    std::string file(std::string_view name) const { return (folder / name).string(); }

    /// Encodes the module into a file of the folder. Returns its size.
    Result<size_t> writeModule(const wasm::Module& module, std::string_view name) const;

    Result<std::vector<uint8_t>> readBytes(std::string_view name) const;
};

}  // namespace taipan::bundle
