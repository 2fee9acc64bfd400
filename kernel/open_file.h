// SPDX-License-Identifier: Apache-2.0
//
// An open file description: what descriptors refer to. Implementations never wait; they say Errno::Again.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "kernel/byte_queue.h"
#include "kernel/ids.h"
#include "kernel/result.h"
#include "kernel/wait_queue.h"

namespace taipan::kernel {

/// The flags of open and fcntl, in the numbers of the interpreter's C library.
enum OpenFlags : uint32_t {
    kReadOnly = 0,
    kWriteOnly = 1,
    kReadWrite = 2,
    kAccessMode = 3,
    kCreate = 0100,
    kExclusive = 0200,
    kNoControllingTerminal = 0400,
    kAppend = 02000,
    kNonBlocking = 04000,
    kCloseOnExec = 02000000,
};

enum class FileKind : uint8_t {
    PipeReader,
    PipeWriter,
    Stream,
    Datagram,
    Epoll,
    Master,
    Slave,
    Outside,
    Semaphore,
    SharedBlock,
    Lockable,
    Kept,
};

class Channel;
class Rights;

/// How many descriptions there are in all.
struct FileCount {
    size_t open = 0;
    size_t limit = 0;
};

class OpenFile : public std::enable_shared_from_this<OpenFile> {
  public:
    OpenFile(FileKind kind, FileCount& count, uint32_t flags) : status(flags), kind_(kind), count_(count) {
        ++count_.open;
    }
    OpenFile(const OpenFile&) = delete;
    OpenFile& operator=(const OpenFile&) = delete;
    virtual ~OpenFile() { --count_.open; }

    FileKind kind() const { return kind_; }
    /// What poll would say now.
    virtual uint32_t events() = 0;
    /// Empty at the end.
    virtual Result<Slice> read(size_t /*count*/) { return fail(Errno::Invalid); }
    /// Takes from the front of `data` what there is room for; `whole` asks for all or nothing where that is
    /// promised.
    virtual Result<size_t> write(Slice& /*data*/, bool /*whole*/) { return fail(Errno::Invalid); }
    /// How many bytes a read would find.
    virtual size_t available() const { return 0; }
    /// What a pipe holds, or null.
    virtual Channel* pipe() { return nullptr; }
    /// What is on its way to whoever reads this.
    virtual std::vector<const Rights*> arriving() const { return {}; }

    bool nonBlocking() const { return (status & kNonBlocking) != 0; }
    bool canRead() const { return (status & kAccessMode) != kWriteOnly; }
    bool canWrite() const { return (status & kAccessMode) != kReadOnly; }

    WaitQueue queue;
    /// Access mode, O_NONBLOCK and O_APPEND, which all descriptors of it share.
    uint32_t status;

  private:
    const FileKind kind_;
    FileCount& count_;
};

using FileRef = std::shared_ptr<OpenFile>;

/// The file as what it is, or null.
template <class T>
std::shared_ptr<T> as(const FileRef& file) {
    return file->kind() == T::kKind ? std::static_pointer_cast<T>(file) : nullptr;
}

}  // namespace taipan::kernel
