// SPDX-License-Identifier: Apache-2.0
//
// A file that processes read and write elsewhere, and lock here: one for each open file description, which
// has it among its descriptors as long as it lives.
#pragma once

#include "kernel/file_locks.h"
#include "kernel/open_file.h"

namespace taipan::kernel {

class Lockable final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::Lockable;
    Lockable(FileCount& count, FileId id, FileLocks& locks)
        : OpenFile(kKind, count, kReadWrite), id_(id), locks_(locks) {}
    ~Lockable() override { locks_.releaseDescription(id_, this); }
    uint32_t events() override { return 0; }
    FileId id() const { return id_; }

  private:
    const FileId id_;
    FileLocks& locks_;
};

}  // namespace taipan::kernel
