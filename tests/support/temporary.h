// SPDX-License-Identifier: Apache-2.0
//
// A folder for the length of a test, and short ways to look into it.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/files.h"

namespace taipan::testing {

class Temporary {
  public:
    Temporary()
        : folder_(
              TemporaryDirectory::create(std::filesystem::temp_directory_path(), "taipan-test-").value()) {}

    const std::filesystem::path& path() const { return folder_.path(); }
    std::filesystem::path operator/(const std::filesystem::path& name) const { return folder_.path() / name; }

    void write(const std::filesystem::path& name, std::string_view text) const {
        const Result<void> written = writeFile(folder_.path() / name, text);
        ASSERT_TRUE(written) << written.error().message;
    }
    std::string read(const std::filesystem::path& name) const {
        return readFile(folder_.path() / name).value_or("<unreadable>");
    }

  private:
    TemporaryDirectory folder_;
};

}  // namespace taipan::testing
