// SPDX-License-Identifier: Apache-2.0
//
// The file calls of a program in the browser, done on the real file system and kept inside of given folders:
// a path that leads out of them, by ".." or by a symbolic link, is refused with EACCES.
#pragma once

#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "serve/message.h"
#include "support/file_descriptor.h"

namespace taipan::serve {

class BridgeFiles {
  public:
    /// REQUIRES: the roots are absolute.
    explicit BridgeFiles(const std::vector<std::filesystem::path>& roots);

    /// Does the call of that name; ENOSYS when there is none.
    Reply call(std::string_view name, const Call& call);

  private:
    friend struct FileCalls;

    /// Where a path leads: a folder inside of the roots, held open, and a name in it.
    struct Place {
        FileDescriptor folder;
        std::string name;  ///< "." for a root itself
    };
    enum class LastLink { Follow, Keep };

    /// 0 or an errno.
    int locate(const std::string& path, LastLink last_link, Place& place) const;
    bool isInside(const std::filesystem::path& real_path) const;

    std::vector<std::filesystem::path> roots_;  ///< real paths
    std::mutex mutex_;
    std::map<int, FileDescriptor> open_;
};

}  // namespace taipan::serve
