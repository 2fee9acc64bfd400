// SPDX-License-Identifier: Apache-2.0
//
// Remembers what was found out about files (a content hash, the version a program reports) for as long as
// their size, modification time and inode stay the same. One small text file in the cache; losing it costs
// time, nothing else.
#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "support/result.h"

namespace taipan::provision {

class FileFacts {
  public:
    /// Reads what is remembered; an unreadable memory is an empty one.
    explicit FileFacts(std::filesystem::path memory);

    using Finding = std::function<Result<std::string>()>;

    /// The fact called `kind` (one word) about the file: remembered, or found now. Facts are single lines.
    Result<std::string> fact(const std::filesystem::path& file, std::string_view kind, const Finding& find);

    Result<std::string> sha256(const std::filesystem::path& file);

    /// The hash of a file, or of a folder's files with their names; what editors, npm and Python leave is
    /// skipped.
    Result<std::string> sha256OfTree(const std::filesystem::path& path);

    /// Writes the memory if it changed; where that is not possible, nothing is lost.
    void save();

  private:
    struct Entry {
        std::string stamp;
        std::string value;
    };

    std::filesystem::path memory_;
    std::map<std::string, Entry> entries_;  ///< by kind, a space, and path
    bool changed_ = false;
};

}  // namespace taipan::provision
