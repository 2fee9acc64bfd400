// SPDX-License-Identifier: Apache-2.0
// Takes all memory that the allocators would give before they ask for fresh memory, clears it and gives it
// back.
#include "free_memory.h"

#include <Python.h>
#include <stdint.h>
#include <string.h>

namespace {

// A block that was taken; they make a chain in themselves.
struct Taken {
    Taken* next;
};

// Clears the block and puts it before those that were taken.
Taken* chain(Taken* block, size_t size, Taken* others) {
    memset(block, 0, size);
    block->next = others;
    return block;
}

void giveBack(Taken* taken, void (*free)(void*)) {
    while (taken != nullptr) {
        Taken* const block = taken;
        taken = block->next;
        block->next = nullptr;
        free(block);
    }
}

bool isClear(const void* start, size_t size) {
    const auto* const bytes = static_cast<const unsigned char*>(start);
    for (size_t i = 0; i < size; ++i) {
        if (bytes[i] != 0)
            return false;
    }
    return true;
}

// Of Python's own allocator (Include/internal/pycore_obmalloc.h): blocks of one size share a pool, behind its
// head.
constexpr size_t kPool = 16384;
constexpr size_t kPoolHead = 64;  // at most
constexpr size_t kLargestBlock = 512;
constexpr size_t kStep = 8;

// Whether the block is the first of a pool that was never used. Those come last.
bool isOfFreshPool(const Taken* block, size_t size) {
    const auto address = reinterpret_cast<uintptr_t>(block);
    if (address % kPool > kPoolHead)
        return false;
    const size_t behind = size + sizeof(Taken);  // the second block's link
    return isClear(reinterpret_cast<const char*>(address + behind), kPool - address % kPool - behind);
}

// Blocks of one size.
void clearBlocks(size_t size) {
    Taken* taken = nullptr;
    while (auto* const block = static_cast<Taken*>(PyObject_Malloc(size))) {
        const bool is_last = isOfFreshPool(block, size);
        taken = chain(block, size, taken);
        if (is_last)
            break;
    }
    giveBack(taken, PyObject_Free);
}

// Of the C library's allocator: pieces of all sizes, from large to small, below what it has never given.
void clearPieces() {
    constexpr size_t kLargest = 1 << 20;
    constexpr size_t kSmallest = 16;
    void* const top = PyMem_RawMalloc(kLargest * 4);
    Taken* taken = nullptr;
    for (size_t size = kLargest; size >= kSmallest;) {
        auto* const piece = static_cast<Taken*>(PyMem_RawMalloc(size));
        if (piece == nullptr || reinterpret_cast<uintptr_t>(piece) > reinterpret_cast<uintptr_t>(top)) {
            PyMem_RawFree(piece);
            size = size > 512 ? size * 7 / 8 : size - 8;
            continue;
        }
        taken = chain(piece, size, taken);
    }
    giveBack(taken, PyMem_RawFree);
    PyMem_RawFree(top);
}

}  // namespace

void clearFreeMemory() {
    // Large ones last: a free block has a link in it, and so there are fewer.
    for (size_t size = 2 * kStep; size <= kLargestBlock; size += kStep)
        clearBlocks(size);
    clearPieces();
}
