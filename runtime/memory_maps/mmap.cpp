// SPDX-License-Identifier: Apache-2.0
// mmap and its kin, in the place of the C library's, whose write back through the number of a descriptor that
// may be another file's by then. A map is memory of its own: zeros, a copy of a file, or one of a shared
// block.
#include <errno.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <iterator>
#include <limits>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <utility>

#include "../failure.h"
#include "../kernel_client.h"
#include "../shared_memory/mappings.h"
#include "file_map.h"

using taipan::failure;
using taipan::memory_maps::FileMap;
using taipan::memory_maps::MappedFile;
namespace kernel = taipan::kernel;
namespace shared_memory = taipan::shared_memory;

namespace {

constexpr size_t kWasmPage = 65536;

struct Free {
    void operator()(uint8_t* memory) const { free(memory); }
};
using Memory = std::unique_ptr<uint8_t, Free>;

struct Map {
    Memory memory;
    size_t size = 0;
    std::optional<FileMap> file{};
    /// Who maps the same of a shared block twice has the same memory twice.
    size_t users = 1;

    std::span<uint8_t> bytes() const { return {memory.get(), size}; }
    bool writeChanges() { return !file || file->writeChanges(bytes()); }
};

/// One call at a time: while one waits for the kernel or a file, others do not see what it has half done.
struct Maps {
    std::mutex mutex;
    std::map<const void*, Map> all;

    auto around(const void* start) {
        const auto behind = all.upper_bound(start);
        if (behind == all.begin())
            return all.end();
        const auto found = std::prev(behind);
        return start < found->second.memory.get() + found->second.size ? found : all.end();
    }
};

Maps& maps() {
    // Programs end with maps that nobody removes.
    [[clang::no_destroy]] static Maps of_this_process;
    return of_this_process;
}

/// Zeros, or null with ENOMEM.
Memory allocate(size_t size) {
    const size_t whole = (size + kWasmPage - 1) / kWasmPage * kWasmPage;
    Memory memory(whole < size ? nullptr : static_cast<uint8_t*>(aligned_alloc(kWasmPage, whole)));
    if (memory != nullptr)
        memset(memory.get(), 0, whole);
    else
        errno = ENOMEM;
    return memory;
}

void* add(Map map) {
    void* const start = map.memory.get();
    maps().all.emplace(start, std::move(map));
    return start;
}

void* refuse(int error) {
    errno = error;
    return MAP_FAILED;
}

void* mapFile(int descriptor, size_t size, bool is_written, off_t offset) {
    std::optional<MappedFile> file = MappedFile::open(descriptor, offset, is_written);
    if (!file)
        return MAP_FAILED;
    Map map{allocate(size), size, FileMap(std::move(*file))};
    return map.memory != nullptr && map.file->fill(map.bytes()) ? add(std::move(map)) : MAP_FAILED;
}

void* mapZeros(size_t size) {
    Map map{allocate(size), size};
    return map.memory != nullptr ? add(std::move(map)) : MAP_FAILED;
}

/// The kernel's number of a shared block; negative for all others.
int blockHandle(int descriptor) {
    struct stat about{};
    return fstat(descriptor, &about) == 0 && S_ISREG(about.st_mode) ? taipan::kernelHandle(descriptor) : -1;
}

void* mapBlock(int handle, shared_memory::Part part) {
    const taipan::KernelAnswer about = taipan::askKernel(kernel::DescribeBlock{{handle}});
    if (taipan::resultOf(about) < 0)
        return MAP_FAILED;
    part.block = static_cast<uint64_t>(about.second);
    if (uint8_t* const start = shared_memory::find(part); start != nullptr) {
        ++maps().all.at(start).users;
        return start;
    }
    Map map{allocate(part.size), part.size};
    const int64_t own = map.memory == nullptr
                            ? -1
                            : taipan::resultOf(taipan::askKernel(kernel::Duplicate{{handle}, {}, true}));
    if (own < 0)
        return MAP_FAILED;
    if (!shared_memory::add({static_cast<int32_t>(own)}, part, map.memory.get()))
        return refuse(ENOMEM);
    return add(std::move(map));
}

}  // namespace

extern "C" {

void* __mmap(void*, size_t size, int protection, int flags, int descriptor, off_t offset) {
    if (size == 0 || (flags & MAP_FIXED) != 0 || offset < 0 || static_cast<size_t>(offset) % kWasmPage != 0)
        return refuse(EINVAL);
    const std::lock_guard lock(maps().mutex);
    if ((flags & MAP_ANONYMOUS) != 0)
        return mapZeros(size);
    const bool is_private = (flags & MAP_TYPE) == MAP_PRIVATE;
    const bool is_written = (protection & PROT_WRITE) != 0 && !is_private;
    const int block = blockHandle(descriptor);
    if (block < 0)
        return mapFile(descriptor, size, is_written, offset);
    if (!taipan::memory_maps::mayMap(descriptor, is_written))
        return MAP_FAILED;
    if (offset > std::numeric_limits<int32_t>::max())
        return refuse(EOVERFLOW);
    return mapBlock(block, {.offset = static_cast<uint32_t>(offset),
                            .size = size,
                            .is_written = is_written,
                            .is_private = is_private});
}
void* mmap(void*, size_t, int, int, int, off_t) __attribute__((alias("__mmap")));

int __munmap(void* start, size_t size) {
    const std::lock_guard lock(maps().mutex);
    const auto found = maps().all.find(start);
    // Not in parts.
    if (found == maps().all.end() || found->second.size != size)
        return failure(EINVAL);
    if (--found->second.users > 0)
        return 0;
    Map map = std::move(found->second);
    maps().all.erase(found);
    shared_memory::remove(start);
    // As where there are pages: whether they reach the file nobody is told.
    static_cast<void>(map.writeChanges());
    return 0;
}
int munmap(void*, size_t) __attribute__((alias("__munmap")));

// All of the map, of which any part may be named.
int msync(void* start, size_t, int) {
    const std::lock_guard lock(maps().mutex);
    const auto found = maps().around(start);
    if (found == maps().all.end())
        return failure(ENOMEM);
    if (shared_memory::has(found->first))
        shared_memory::exchange();
    return found->second.writeChanges() ? 0 : -1;
}

void* __mremap(void* start, size_t old_size, size_t size, int flags, ...) {
    const std::lock_guard lock(maps().mutex);
    const auto found = maps().all.find(start);
    if (found == maps().all.end() || found->second.size != old_size || size == 0 ||
        (flags & MREMAP_FIXED) != 0)
        return refuse(EINVAL);
    // It never grows where it is, and what is shared others have by its place.
    if ((flags & MREMAP_MAYMOVE) == 0 || shared_memory::has(start))
        return refuse(ENOMEM);
    Map& old = found->second;
    Memory memory = allocate(size);
    if (memory == nullptr || !old.writeChanges())
        return MAP_FAILED;
    if (old.file && !old.file->fill({memory.get(), size}))
        return MAP_FAILED;
    // Of a file these are what has just been written, or this program's own.
    memcpy(memory.get(), old.memory.get(), std::min(size, old_size));
    Map map{std::move(memory), size, std::move(old.file)};
    maps().all.erase(found);
    return add(std::move(map));
}
void* mremap(void*, size_t, size_t, int, ...) __attribute__((alias("__mremap")));

}  // extern "C"
