// SPDX-License-Identifier: Apache-2.0
//
// Open files on their way in a message (SCM_RIGHTS). They may be the only ones who still know a file, even a
// socket in whose own queue they stand.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "kernel/open_file.h"

namespace taipan::kernel {

class Rights;
using RightsRef = std::shared_ptr<Rights>;

/// All that is on its way.
class Transit {
  public:
    explicit Transit(size_t limit) : limit_(limit) {}

    bool hasRoom(size_t count) const { return files_ + count <= limit_; }
    /// Nobody may know some of it any more: sockets are on their way, and something was closed.
    bool mayBeLost() const { return closed_ && sockets_ > 0; }
    void noteClosed() { closed_ = true; }
    /// REQUIRES: whatever was lost is dropped by now.
    void noteLooked() { closed_ = false; }
    const std::map<uint64_t, Rights*>& all() const { return all_; }
    /// Files to be closed, which is not done where they are dropped: one may be what drops the next.
    std::vector<FileRef> takeDropped() { return std::exchange(dropped_, {}); }
    /// Ends what would keep itself alive for ever.
    void dropAll();

  private:
    friend class Rights;
    const size_t limit_;
    uint64_t last_ = 0;
    size_t files_ = 0;
    size_t sockets_ = 0;
    bool closed_ = false;
    std::map<uint64_t, Rights*> all_;
    std::vector<FileRef> dropped_;
};

/// Of one message.
class Rights {
  public:
    Rights(Transit& transit, std::vector<FileRef> files);
    Rights(const Rights&) = delete;
    Rights& operator=(const Rights&) = delete;
    ~Rights();

    const std::vector<FileRef>& files() const { return files_; }
    void drop();

  private:
    Transit& transit_;
    const uint64_t id_;
    std::vector<FileRef> files_;
};

}  // namespace taipan::kernel
