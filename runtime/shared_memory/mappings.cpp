// SPDX-License-Identifier: Apache-2.0
#include "mappings.h"

#include <stdlib.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "../kernel_client.h"
#include "mapping.h"

namespace taipan::shared_memory {

namespace {

/// Of the time of a program that computes, at most this part goes into comparing.
constexpr double kShare = 20.0;

struct Shared {
    std::unique_ptr<Mapping> mapping;
    Part part;
};

struct Mappings {
    /// One thread compares at a time; others wait, since what they have changed is to be handed over, too.
    std::mutex mutex;
    std::vector<Shared> all;
    /// As refresh() has it.
    uint64_t changes = 0;
    double next_exchange = 0;

    auto find(const void* start) {
        return std::ranges::find_if(all, [&](const Shared& one) { return one.mapping->start() == start; });
    }
};

Mappings& mappings() {
    // It is asked for until the very end.
    [[clang::no_destroy]] static Mappings of_this_process;
    return of_this_process;
}

}  // namespace

bool any() {
    return !mappings().all.empty();
}

void add(kernel::Descriptor descriptor, const Part& part, uint8_t* start) {
    // The end of the process is the last occasion to hand over.
    static const bool publishes_at_exit = atexit(publish) == 0;
    static_cast<void>(publishes_at_exit);
    Mappings& here = mappings();
    const std::lock_guard lock(here.mutex);
    const std::span bytes(start, part.size);
    here.all.push_back({std::make_unique<Mapping>(descriptor, part.offset, bytes, part.is_written), part});
    here.all.back().mapping->publish(here.changes);
    here.all.back().mapping->refresh();
}

uint8_t* find(const Part& part) {
    const auto& all = mappings().all;
    const auto found = std::ranges::find_if(all, [&](const Shared& one) {
        return part.block != 0 && one.part.block == part.block && one.part.offset == part.offset &&
               one.part.size == part.size && (one.part.is_written || !part.is_written);
    });
    return found == all.end() ? nullptr : found->mapping->start();
}

bool has(const void* start) {
    return any() && mappings().find(start) != mappings().all.end();
}

void remove(const void* start) {
    if (!any())
        return;
    Mappings& here = mappings();
    const std::lock_guard lock(here.mutex);
    const auto found = here.find(start);
    if (found == here.all.end())
        return;
    found->mapping->publish(here.changes);
    here.all.erase(found);
}

void publish() {
    if (!any())
        return;
    Mappings& here = mappings();
    const std::lock_guard lock(here.mutex);
    for (const Shared& one : here.all)
        one.mapping->publish(here.changes);
}

void refresh(uint64_t changes) {
    if (!any() || changes == mappings().changes)
        return;
    Mappings& here = mappings();
    const std::lock_guard lock(here.mutex);
    here.changes = changes;
    for (const Shared& one : here.all)
        one.mapping->refresh();
}

void exchange() {
    if (any())
        askKernel(kernel::GetIdentity{});
}

void exchangeSometimes() {
    if (!any())
        return;
    const double begin = monotonicNow();
    if (begin < mappings().next_exchange)
        return;
    exchange();
    const double end = monotonicNow();
    mappings().next_exchange = end + (end - begin) * kShare;
}

}  // namespace taipan::shared_memory
