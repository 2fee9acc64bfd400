// SPDX-License-Identifier: Apache-2.0
//
// Making shared blocks, and copying out of them and into them.
#include <algorithm>

#include "kernel/calls.h"
#include "kernel/shared_block.h"

namespace taipan::kernel {

Outcome handle(Context& context, MakeBlock& request) {
    System& system = context.system;
    if (request.size > system.limits.shared_bytes - system.shared_bytes)
        return fail(Errno::NoMemory);
    // Nothing is made that could not be given.
    if (!context.process.descriptors.hasRoom(1))
        return fail(Errno::ProcessFiles);
    auto block = KERNEL_TRY(system.make<SharedBlock>(system.shared_bytes, request.size));
    return KERNEL_TRY(context.addDescriptor(std::move(block), kCloseOnExec)).value;
}

Outcome handle(Context& context, LoadBlock& request) {
    const auto block = KERNEL_TRY(context.fileAs<SharedBlock>(request.descriptor, Errno::Invalid));
    const auto version = static_cast<int64_t>(block->version());
    if (request.known == block->version())
        return version;
    const size_t count = std::min(size_t{request.count}, context.system.limits.read);
    return Answer{.value = version, .data = KERNEL_TRY(block->load(request.offset, count))};
}

Outcome handle(Context& context, StoreBlock& request) {
    const auto block = KERNEL_TRY(context.fileAs<SharedBlock>(request.descriptor, Errno::Invalid));
    KERNEL_CHECK(block->store(request.pieces, request.data));
    return static_cast<int64_t>(block->version());
}

}  // namespace taipan::kernel
