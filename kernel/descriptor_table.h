// SPDX-License-Identifier: Apache-2.0
//
// A process's descriptors: small numbers, each for an open file description.
#pragma once

#include <map>
#include <vector>

#include "kernel/open_file.h"

namespace taipan::kernel {

class DescriptorTable {
  public:
    struct Slot {
        FileRef file;
        bool close_on_exec = false;
    };

    explicit DescriptorTable(int32_t limit) : limit_(limit) {}

    Result<FileRef> get(Descriptor descriptor) const;
    Result<Slot*> slot(Descriptor descriptor);
    /// Under the lowest free number from `minimum` on.
    Result<Descriptor> add(FileRef file, bool close_on_exec, Descriptor minimum = {0});
    /// What stood there before is given back, for the caller to close.
    Result<FileRef> put(Descriptor descriptor, FileRef file, bool close_on_exec);
    Result<FileRef> close(Descriptor descriptor);
    /// Whether `count` more would fit.
    bool hasRoom(size_t count) const { return slots_.size() + count <= static_cast<size_t>(limit_); }
    int32_t limit() const { return limit_; }
    const std::map<Descriptor, Slot>& slots() const { return slots_; }
    void closeOnExec();
    void clear() { slots_.clear(); }

  private:
    std::map<Descriptor, Slot> slots_;
    int32_t limit_;
};

}  // namespace taipan::kernel
