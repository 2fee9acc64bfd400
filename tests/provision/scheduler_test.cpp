// SPDX-License-Identifier: Apache-2.0
#include "provision/scheduler.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <barrier>
#include <mutex>

namespace taipan::provision {
namespace {

using Order = std::vector<std::string>;

Order orderOf(const std::map<std::string, Task>& tasks) {
    Order order;
    EXPECT_TRUE(runInOrder(tasks, 1, [&](const std::string& id) -> Result<void> {
        order.push_back(id);
        return {};
    }));
    return order;
}

TEST(Scheduler, NeedsComeFirstAndTheLongestPathBeforeOthers) {
    EXPECT_EQ(orderOf({{"last", {{"source", "tool"}, 5}},
                       {"source", {{}, 1}},
                       {"tool", {{}, 30}},
                       {"aside", {{}, 20}}}),
              (Order{"tool", "aside", "source", "last"}));
}

TEST(Scheduler, TwoIndependentTasksRunAtTheSameTime) {
    std::barrier both(2);  // a scheduler that runs one after the other would hang here
    EXPECT_TRUE(runInOrder({{"a", {}}, {"b", {}}}, 2, [&](const std::string&) -> Result<void> {
        both.arrive_and_wait();
        return {};
    }));
}

TEST(Scheduler, NeverMoreThanTheWorkers) {
    std::atomic<int> running = 0;
    std::atomic<int> most = 0;
    std::map<std::string, Task> tasks;
    for (int index = 0; index < 40; ++index)
        tasks[std::to_string(index)] = {};
    EXPECT_TRUE(runInOrder(tasks, 3, [&](const std::string&) -> Result<void> {
        const int now = ++running;
        for (int seen = most; now > seen && !most.compare_exchange_weak(seen, now);) {
        }
        std::this_thread::yield();
        --running;
        return {};
    }));
    EXPECT_LE(most, 3);
}

TEST(Scheduler, AFailureStopsWhatNeedsItAndIsReported) {
    std::mutex mutex;
    Order order;
    const auto result = runInOrder({{"a", {{}, 10}}, {"b", {{"a"}, 1}}, {"c", {{"b"}, 1}}}, 2,
                                   [&](const std::string& id) -> Result<void> {
                                       const std::lock_guard guard(mutex);
                                       order.push_back(id);
                                       if (id == "a")
                                           return fail("a broke");
                                       return {};
                                   });
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().message, "a broke");
    EXPECT_EQ(order, Order{"a"});
}

}  // namespace
}  // namespace taipan::provision
