// SPDX-License-Identifier: Apache-2.0
//
// Making and opening shared blocks (shm_open), and copying out of them and into them.
#include <algorithm>

#include "kernel/calls.h"
#include "kernel/shared_block.h"

namespace taipan::kernel {

namespace {

Result<std::shared_ptr<SharedBlock>> blockOf(const Context& context, Descriptor descriptor) {
    return context.fileAs<SharedBlock>(descriptor, Errno::Invalid);
}

Result<std::shared_ptr<SharedBlock>> openNamed(System& system, const OpenBlock& request) {
    constexpr uint32_t kNew = kCreate | kExclusive;
    std::shared_ptr<SharedBlock> block = system.blocks.find(request.name);
    if (block != nullptr && (request.flags & kNew) == kNew)
        return fail(Errno::Exists);
    if (block != nullptr)
        return block;
    if ((request.flags & kCreate) == 0)
        return fail(Errno::NoEntry);
    if (system.blocks.full())
        return fail(Errno::SystemFiles);
    block = KERNEL_TRY(system.make<SharedBlock>(system.shared));
    system.blocks.add(request.name, block);
    return block;
}

}  // namespace

Outcome handle(Context& context, MakeBlock& request) {
    // Nothing is made that could not be given.
    if (!context.process.descriptors.hasRoom(1))
        return fail(Errno::ProcessFiles);
    auto block = KERNEL_TRY(context.system.make<SharedBlock>(context.system.shared));
    KERNEL_CHECK(block->resize(request.size));
    return KERNEL_TRY(context.addDescriptor(std::move(block), kCloseOnExec)).value;
}

Outcome handle(Context& context, OpenBlock& request) {
    KERNEL_CHECK(checkName(request.name));
    if (!context.process.descriptors.hasRoom(1))
        return fail(Errno::ProcessFiles);
    auto block = KERNEL_TRY(openNamed(context.system, request));
    return KERNEL_TRY(context.addDescriptor(std::move(block), kCloseOnExec)).value;
}

Outcome handle(Context& context, UnlinkBlock& request) {
    KERNEL_CHECK(checkName(request.name));
    KERNEL_CHECK(context.system.blocks.remove(request.name));
    return Outcome::done();
}

Outcome handle(Context& context, ResizeBlock& request) {
    KERNEL_CHECK(KERNEL_TRY(blockOf(context, request.descriptor))->resize(request.size));
    return Outcome::done();
}

Outcome handle(Context& context, DescribeBlock& request) {
    const auto block = KERNEL_TRY(blockOf(context, request.descriptor));
    return Answer{.value = static_cast<int64_t>(block->size()), .second = static_cast<int64_t>(block->id())};
}

Outcome handle(Context& context, LoadBlock& request) {
    const auto block = KERNEL_TRY(blockOf(context, request.descriptor));
    const size_t count = std::min(size_t{request.count}, context.system.limits.read);
    SharedBlock::Changes changes = block->changesSince(request.known, request.offset, count);
    return Answer{.value = static_cast<int64_t>(block->version()),
                  .second = static_cast<int64_t>(changes.next),
                  .data = std::move(changes.pieces)};
}

Outcome handle(Context& context, StoreBlock& request) {
    const auto block = KERNEL_TRY(blockOf(context, request.descriptor));
    KERNEL_CHECK(block->store(request.pieces, request.data));
    return static_cast<int64_t>(block->version());
}

}  // namespace taipan::kernel
