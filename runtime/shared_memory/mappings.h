// SPDX-License-Identifier: Apache-2.0
// Memory that processes share, where each can only have a memory of its own: every process has a copy, and
// the kernel has one for all. What a process has changed it hands over before it asks the kernel for
// anything, and takes over what others have changed when the kernel has answered. So whoever has learnt from
// another process that something is written (by a lock, a pipe, an exit, …) finds it written. Who only looks
// at the memory again and again sees a change after some milliseconds, in Python code and in sleeps.
#pragma once

#include <cstddef>
#include <cstdint>

#include "kernel/requests.h"

namespace taipan::shared_memory {

/// Whether there is any; without, nothing of this costs anything.
bool any();

/// What is copied of a block.
struct Part {
    /// As DescribeBlock gives it.
    uint64_t block = 0;
    uint32_t offset = 0;
    size_t size = 0;
    /// Else nothing is handed over.
    bool is_written = true;
    /// Changes are for whoever has made the copy alone.
    bool is_private = false;
};

/// The memory is a copy of the part from now on, until remove(). It must not be a copy already. Takes over
/// the descriptor. What is not zero is handed over at once, and the rest taken over. False when there is not
/// enough memory.
bool add(kernel::Descriptor descriptor, const Part& part, uint8_t* start);
/// The memory that is a copy of the part already, for all that the program does with it; or null.
uint8_t* find(const Part& part);
bool has(const void* start);
/// Hands over the last changes, if the memory is a copy.
void remove(const void* start);

void publish();
/// `changes`: how often shared blocks were changed, as the kernel's last answer tells.
void refresh(uint64_t changes);
/// Both, by asking the kernel.
void exchange();
/// The same, unless it was done a moment ago; for a program that computes.
void exchangeSometimes();

}  // namespace taipan::shared_memory
