// SPDX-License-Identifier: Apache-2.0
//
// An open file of the host's on its way from one process to another: the host keeps it open, since the sender
// may have closed it, or be gone, before the receiver opens it again.
#pragma once

#include <deque>
#include <optional>

#include "kernel/actions.h"
#include "kernel/open_file.h"

namespace taipan::kernel {

class KeptFile final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::Kept;
    KeptFile(FileCount& count, Slice note, FileRef lock, std::deque<Action>& actions)
        : OpenFile(kKind, count, kReadWrite),
          note_(std::move(note)),
          lock_(std::move(lock)),
          actions_(actions) {}
    ~KeptFile() override {
        if (handle_)
            actions_.emplace_back(CloseOutside{*handle_});
    }
    uint32_t events() override { return 0; }

    /// What the host says to having been asked to keep it.
    void decide(Result<OutsideHandle> handle) {
        if (handle)
            handle_ = *handle;
        else
            error_ = handle.error();
        asked_ = false;
        queue.notify(kAnyEvent);
    }
    void ask() { asked_ = true; }
    bool undecided() const { return asked_; }
    Errno error() const { return error_; }
    /// By which the host has it; none for what needs none.
    std::optional<OutsideHandle> handle() const { return handle_; }
    /// What processes tell each other of it.
    const Slice& note() const { return note_; }
    /// By which it is locked, or null.
    const FileRef& lock() const { return lock_; }

  private:
    const Slice note_;
    const FileRef lock_;
    std::deque<Action>& actions_;
    std::optional<OutsideHandle> handle_;
    bool asked_ = false;
    Errno error_ = Errno::None;
};

}  // namespace taipan::kernel
