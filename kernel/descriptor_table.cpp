// SPDX-License-Identifier: Apache-2.0
//
// Numbers are given lowest first, as POSIX wants it.
#include "kernel/descriptor_table.h"

#include <utility>

namespace taipan::kernel {

Result<FileRef> DescriptorTable::get(Descriptor descriptor) const {
    const auto found = slots_.find(descriptor);
    if (found == slots_.end())
        return fail(Errno::BadDescriptor);
    return found->second.file;
}

Result<DescriptorTable::Slot*> DescriptorTable::slot(Descriptor descriptor) {
    const auto found = slots_.find(descriptor);
    if (found == slots_.end())
        return fail(Errno::BadDescriptor);
    return &found->second;
}

Result<Descriptor> DescriptorTable::add(FileRef file, bool close_on_exec, Descriptor minimum) {
    if (minimum.value < 0 || minimum.value >= limit_)
        return fail(Errno::Invalid);
    Descriptor free = minimum;
    for (auto at = slots_.lower_bound(minimum); at != slots_.end() && at->first == free; ++at)
        ++free.value;
    if (free.value >= limit_)
        return fail(Errno::ProcessFiles);
    slots_.emplace(free, Slot{std::move(file), close_on_exec});
    return free;
}

Result<FileRef> DescriptorTable::put(Descriptor descriptor, FileRef file, bool close_on_exec) {
    if (descriptor.value < 0 || descriptor.value >= limit_)
        return fail(Errno::BadDescriptor);
    return std::exchange(slots_[descriptor], Slot{std::move(file), close_on_exec}).file;
}

Result<FileRef> DescriptorTable::close(Descriptor descriptor) {
    const auto found = slots_.find(descriptor);
    if (found == slots_.end())
        return fail(Errno::BadDescriptor);
    FileRef file = std::move(found->second.file);
    slots_.erase(found);
    return file;
}

void DescriptorTable::closeOnExec() {
    std::erase_if(slots_, [](const auto& entry) { return entry.second.close_on_exec; });
}

}  // namespace taipan::kernel
