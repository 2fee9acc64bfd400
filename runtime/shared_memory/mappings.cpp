// SPDX-License-Identifier: Apache-2.0
#include "mappings.h"

#include <stdlib.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <span>
#include <vector>

#include "../kernel_client.h"
#include "../suspension.h"
#include "../threads/thread.h"
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
    /// As refresh() has it, of all that is taken over.
    uint64_t changes = 0;
    double next_exchange = 0;

    auto find(const void* start) {
        return std::ranges::find_if(all, [&](const Shared& one) { return one.mapping->start() == start; });
    }
    /// Whether the block's changes that come from one copy are new to another.
    bool hasOthers(const Shared& shared) const {
        return std::ranges::any_of(all, [&](const Shared& one) {
            return one.part.block == shared.part.block && one.mapping != shared.mapping;
        });
    }
    void handOver(const Shared& shared) { shared.mapping->publish(hasOthers(shared) ? nullptr : &changes); }
};

Mappings& mappings() {
    // It is asked for until the very end.
    [[clang::no_destroy]] static Mappings of_this_process;
    return of_this_process;
}

void begin() {
    // The end of the process is the last occasion to hand over.
    static_cast<void>(atexit(publish));
    setWaitHooks({publish, exchange});
}

}  // namespace

bool any() {
    return !mappings().all.empty();
}

bool add(kernel::Descriptor descriptor, const Part& part, uint8_t* start) {
    static const bool has_begun = (begin(), true);
    static_cast<void>(has_begun);
    Mappings& here = mappings();
    auto mapping = std::make_unique<Mapping>(descriptor, part.offset, std::span(start, part.size),
                                             part.is_written && !part.is_private);
    if (!mapping->isComplete())
        return false;
    const std::lock_guard lock(here.mutex);
    here.all.push_back({std::move(mapping), part});
    here.handOver(here.all.back());
    static_cast<void>(here.all.back().mapping->refresh());
    return true;
}

uint8_t* find(const Part& part) {
    const auto& all = mappings().all;
    const auto found = std::ranges::find_if(all, [&](const Shared& one) {
        return !part.is_private && !one.part.is_private && one.part.block == part.block &&
               one.part.offset == part.offset && one.part.size == part.size &&
               (one.part.is_written || !part.is_written);
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
    here.handOver(*found);
    here.all.erase(found);
}

void publish() {
    bool& hands_over = currentThread().hands_over;
    // To wait for the lock is a wait, too.
    if (!any() || hands_over)
        return;
    hands_over = true;
    {
        Mappings& here = mappings();
        const std::lock_guard lock(here.mutex);
        for (const Shared& one : here.all)
            here.handOver(one);
    }
    hands_over = false;
}

void refresh(uint64_t changes) {
    Mappings& here = mappings();
    if (!any() || changes <= here.changes || currentThread().hands_over)
        return;
    currentThread().hands_over = true;
    {
        const std::lock_guard lock(here.mutex);
        // Another thread may have done so meanwhile; it says so when all is there.
        if (changes > here.changes &&
            std::ranges::all_of(here.all, [](const Shared& one) { return one.mapping->refresh(); }))
            here.changes = changes;
    }
    currentThread().hands_over = false;
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
