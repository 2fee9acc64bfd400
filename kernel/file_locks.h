// SPDX-License-Identifier: Apache-2.0
//
// Advisory locks: flock's, which an open file description has, and POSIX's record locks, which a process has.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <vector>

#include "kernel/limits.h"
#include "kernel/requests.h"
#include "kernel/result.h"
#include "kernel/wait_queue.h"

namespace taipan::kernel {

class OpenFile;

class FileLocks {
  public:
    /// Whose a record is: a process's, or an open file's, which has no pid.
    struct Owner {
        Pid process{-1};
        const OpenFile* description = nullptr;
        bool operator==(const Owner&) const = default;
    };
    /// [start, end)
    struct Record {
        Owner owner;
        int64_t start = 0;
        int64_t end = 0;
        LockRecord::Type type = LockRecord::Type::Unlock;
    };

    explicit FileLocks(const Limits& limits) : limits_(limits) {}

    /// Again when another stands in the way; what was held before is then gone, as with Linux.
    Result<void> lockFile(FileId file, const OpenFile* owner, LockFile::Operation operation);
    /// All that the open file has, when it goes.
    void releaseDescription(FileId file, const OpenFile* owner);

    std::optional<Record> conflict(FileId file, const Record& wanted) const;
    /// REQUIRES: no conflict.
    Result<void> setRecord(FileId file, const Record& wanted);
    void releaseRecords(FileId file, Pid owner);
    void releaseOwner(Pid owner);
    /// Deadlock when the other waits for this one, perhaps by way of others.
    Result<void> waitsFor(Pid waiter, Pid owner);
    void waitsNoMore(Pid waiter) { waiting_.erase(waiter); }

    WaitQueue& queue(FileId file) { return files_[file].queue; }
    /// After somebody has left the queue.
    void forgetIdle(FileId file);
    bool empty() const { return files_.empty() && waiting_.empty(); }

  private:
    struct Whole {
        const OpenFile* owner = nullptr;
        bool exclusive = false;
    };
    struct State {
        std::vector<Whole> wholes;
        std::vector<Record> records;
        WaitQueue queue;
    };

    void releaseFile(FileId file, const OpenFile* owner);
    void releaseRecords(FileId file, const Owner& owner);
    void changed(FileId file);

    const Limits& limits_;
    std::map<FileId, State> files_;
    std::map<Pid, Pid> waiting_;
};

}  // namespace taipan::kernel
