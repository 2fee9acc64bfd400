// SPDX-License-Identifier: Apache-2.0
//
// One function per request. Each may be called again and again for the same call, until it does not wait any
// more: what it has done is in the request and in the call.
#pragma once

#include "kernel/system.h"

namespace taipan::kernel {

struct Context {
    System& system;
    Process& process;
    Call& call;

    /// The file of the request's only descriptor, the same each time.
    Result<FileRef> file(Descriptor descriptor) const;
    /// The same, as what it must be.
    template <class T>
    Result<std::shared_ptr<T>> fileAs(Descriptor descriptor, Errno otherwise) const {
        const FileRef found = KERNEL_TRY(file(descriptor));
        std::shared_ptr<T> special = as<T>(found);
        if (special == nullptr)
            return fail(otherwise);
        return special;
    }
    Outcome waitOn(WaitQueue& queue) const;
    /// Who changes O_NONBLOCK does not change calls that wait already.
    bool blocking(const FileRef& file) const;
    /// Negative is for ever.
    void setTimeout(int64_t nanoseconds) const;
    void setDeadline(Time deadline) const;
    /// Until the call is answered.
    void setMask(std::optional<uint64_t> mask) const;
    Result<Descriptor> addDescriptor(FileRef file, uint32_t flags) const;
};

// NOLINTNEXTLINE(bugprone-macro-parentheses): a type
#define TAIPAN_KERNEL_HANDLER(number, Name) Outcome handle(Context& context, Name& request);
TAIPAN_KERNEL_REQUESTS(TAIPAN_KERNEL_HANDLER)
#undef TAIPAN_KERNEL_HANDLER

/// Both, or none.
Outcome addTwo(const Context& context, FileRef first, FileRef second, uint32_t flags);
Outcome readFrom(const Context& context, const FileRef& file, size_t count);
/// Writes all, waiting for room unless `wait` is false; tells the process with SIGPIPE that nobody reads.
/// What the call has of rights goes with the first bytes.
Outcome writeAll(const Context& context, const FileRef& file, Slice& data, bool wait, bool signal);
/// Opens a terminal by its path.
Result<FileRef> openPath(System& system, Process& process, const std::string& path, uint32_t flags);
void closeDescriptor(System& system, Process& process, Descriptor descriptor);

}  // namespace taipan::kernel
