// SPDX-License-Identifier: Apache-2.0
//
// Files and folders with errors that name them. Whatever is written appears under its name only when it is
// complete.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "support/result.h"

namespace taipan {

Result<std::string> readFile(const std::filesystem::path& file);

/// Writes beside the file and renames over it; the folders above are made.
Result<void> writeFile(const std::filesystem::path& file, std::string_view content);

Result<void> createDirectories(const std::filesystem::path& folder);

/// Removes a file or a folder with all it holds, read-only folders too. Missing is fine.
Result<void> removeTree(const std::filesystem::path& path);

Result<void> renamePath(const std::filesystem::path& from, const std::filesystem::path& to);

enum class CopyMode {
    Copy,  ///< new files with the old modes and modification times
    Link,  ///< hard links where the file system allows; only for trees that nobody will change in place
};

/// Copies a folder with files, symbolic links and folders into `to`, which may exist.
Result<void> copyTree(const std::filesystem::path& from, const std::filesystem::path& to,
                      CopyMode mode = CopyMode::Copy);

/// A new folder that is removed with this object.
class TemporaryDirectory {
  public:
    static Result<TemporaryDirectory> create(const std::filesystem::path& parent, std::string_view prefix);

    TemporaryDirectory(TemporaryDirectory&& other) noexcept;
    TemporaryDirectory& operator=(TemporaryDirectory&& other) noexcept;
    ~TemporaryDirectory();

    const std::filesystem::path& path() const { return path_; }

    /// From here on the folder stays.
    void keep() { kept_ = true; }

  private:
    explicit TemporaryDirectory(std::filesystem::path path) : path_(std::move(path)) {}

    std::filesystem::path path_;
    bool kept_ = false;
};

}  // namespace taipan
