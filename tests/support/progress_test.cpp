// SPDX-License-Identifier: Apache-2.0
#include "support/progress.h"

#include <gtest/gtest.h>

#include "support/environment.h"
#include "support/paths.h"

namespace taipan {
namespace {

using namespace std::chrono_literals;

ProgressState halfway(Clock::time_point now) {
    ProgressState state;
    state.total = 4;
    state.finished = 2;
    state.total_seconds = 100;
    state.finished_seconds = 50;
    state.started = now - 62s;
    state.running = {{"building", 50, now}};
    return state;
}

TEST(Progress, ShowsPlaceBarShareTimeAndTitle) {
    const auto now = Clock::now();
    EXPECT_EQ(renderProgress(halfway(now), now, 100), "3/4 [############------------] 50% 1m02s  building");
}

TEST(Progress, AStepThatOverrunsDoesNotFinishTheBar) {
    const auto now = Clock::now();
    EXPECT_NE(renderProgress(halfway(now), now + 1h, 100).find("98%"), std::string::npos);
}

TEST(Progress, StaysWithinTheTerminal) {
    const auto now = Clock::now();
    EXPECT_EQ(renderProgress(halfway(now), now, 20).size(), 19U);
}

TEST(Progress, Durations) {
    EXPECT_EQ(renderDuration(8.9s), "8s");
    EXPECT_EQ(renderDuration(62s), "1m02s");
    EXPECT_EQ(renderDuration(3900s), "1h05m");
}

TEST(Paths, TheCacheGoesWhereTheEnvironmentSays) {
    const auto root = [](Environment::Variables variables) {
        return cacheRoot(Environment(std::move(variables))).value().string();
    };
    EXPECT_EQ(root({{"TAIPAN_CACHE", "/a"}, {"XDG_CACHE_HOME", "/b"}, {"HOME", "/c"}}), "/a");
    EXPECT_EQ(root({{"TAIPAN_CACHE", ""}, {"XDG_CACHE_HOME", "/b"}, {"HOME", "/c"}}), "/b/taipan");
    EXPECT_EQ(root({{"HOME", "/c"}}), "/c/.cache/taipan");
}

}  // namespace
}  // namespace taipan
