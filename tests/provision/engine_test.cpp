// SPDX-License-Identifier: Apache-2.0
#include "provision/engine.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "provision/step_context.h"
#include "support/lock.h"
#include "tests/support/temporary.h"

namespace taipan::provision {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;

/// Two steps, "source" and "build" which needs it; every run leaves a line in a file, so that runs can be
/// counted across processes.
class EngineTest : public ::testing::Test {
  protected:
    void SetUp() override { place_.write("repository/recipe", "one"); }

    Steps steps() const {
        Step source{.id = "source", .title = "fetching", .files = {"recipe"}, .products = {"text"}};
        source.run = [this](StepContext& context) {
            record("source");
            return writeFile(context.output() / "text", "source");
        };
        Step build{
            .id = "build", .title = "building", .needs = {"source"}, .values = {flags_}, .products = {"out"}};
        build.run = [this](StepContext& context) -> Result<void> {
            record("build");
            TRY(context.command({{"sh", "-c", script_}, {}, {}}));
            return writeFile(context.output() / "out",
                             TRY(readFile(context.dependency("source") / "text")) + " built");
        };
        return {std::move(source), std::move(build)};
    }

    void record(const std::string& id) const {
        (void)writeFile(place_ / "runs", readFile(place_ / "runs").value_or("") + id + " ");
    }

    /// What has run since the last question.
    std::string runs() const {
        const std::string text = readFile(place_ / "runs").value_or("");
        fs::remove(place_ / "runs");
        return text;
    }

    Engine engine() {
        EngineOptions options{place_ / "cache",
                              place_ / "repository",
                              Environment(Environment::Variables{{"PATH", "/usr/bin:/bin"}}),
                              ProgressStyle::Silent,
                              2,
                              false};
        return std::move(Engine::create(steps(), options, facts_)).value();
    }

    Result<void> ensure() {
        const std::string ids[] = {"build"};
        return engine().ensure(ids);
    }

    fs::path output(const std::string& id) { return engine().output(id).value(); }

    testing::Temporary place_;
    FileFacts facts_{place_ / "cache/facts"};
    std::string flags_ = "-O3";
    std::string script_ = "true";
};

TEST_F(EngineTest, MakesInOrderOnceAndPublishes) {
    EXPECT_FALSE(engine().ready("build").value());
    ASSERT_TRUE(ensure());
    EXPECT_EQ(runs(), "source build ");
    ASSERT_TRUE(ensure());
    EXPECT_EQ(runs(), "");
    EXPECT_EQ(readFile(engine().ready("build").value().value() / "out").value(), "source built");
    EXPECT_TRUE(fs::is_empty(place_ / "cache/tmp"));
}

TEST_F(EngineTest, AChangedValueRunsThatStepOnly) {
    ASSERT_TRUE(ensure());
    runs();
    flags_ = "-O2";
    ASSERT_TRUE(ensure());
    EXPECT_EQ(runs(), "build ");
}

TEST_F(EngineTest, AChangedFileRunsWhatFollowsFromIt) {
    ASSERT_TRUE(ensure());
    runs();
    const std::string before = engine().key("build").value();
    place_.write("repository/recipe", "two");
    EXPECT_NE(engine().key("build").value(), before);
    ASSERT_TRUE(ensure());
    EXPECT_EQ(runs(), "source build ");
}

TEST_F(EngineTest, ADamagedOutputIsMadeAgainAlone) {
    ASSERT_TRUE(ensure());
    runs();
    fs::resize_file(output("build") / "out", 2);
    EXPECT_FALSE(engine().ready("build").value());
    ASSERT_TRUE(ensure());
    EXPECT_EQ(runs(), "build ");
    EXPECT_EQ(readFile(output("build") / "out").value(), "source built");
}

TEST_F(EngineTest, WhatNobodyNeedsAnyMoreMayBeGone) {
    ASSERT_TRUE(ensure());
    runs();
    ASSERT_TRUE(removeTree(output("source")));
    ASSERT_TRUE(ensure());
    EXPECT_EQ(runs(), "");
}

TEST_F(EngineTest, AFailureShowsTheEndOfTheLogAndTheNextRunGoesOn) {
    script_ = "for i in $(seq 30); do echo line $i; done; exit 4";
    const auto failed = ensure();
    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().message, "step build (building) failed: sh ended with status 4");
    EXPECT_EQ(failed.error().evidence.size(), 15U);
    EXPECT_EQ(failed.error().evidence.back(), "line 30");
    EXPECT_NE(failed.error().hint.find((place_ / "cache/logs/build.log").string()), std::string::npos);
    EXPECT_EQ(runs(), "source build ");
    script_ = "true";
    ASSERT_TRUE(ensure());
    EXPECT_EQ(runs(), "build ");
}

TEST_F(EngineTest, KilledInTheMiddleTheNextRunGoesOn) {
    script_ = "sleep 60";
    const pid_t child = fork();
    if (child == 0) {
        (void)ensure();
        _exit(0);
    }
    while (readFile(place_ / "runs").value_or("") != "source build ")
        std::this_thread::sleep_for(10ms);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    runs();
    EXPECT_FALSE(fs::is_empty(place_ / "cache/tmp"));
    script_ = "true";
    ASSERT_TRUE(ensure());
    EXPECT_EQ(runs(), "build ");
    EXPECT_TRUE(fs::is_empty(place_ / "cache/tmp"));
}

TEST_F(EngineTest, AnInterruptionLeavesNothingHalfDone) {
    script_ = "sleep 60";
    const pid_t child = fork();
    if (child == 0) {
        const auto result = ensure();
        _exit(result ? 0 : exitCode(result.error()));
    }
    while (readFile(place_ / "runs").value_or("") != "source build ")
        std::this_thread::sleep_for(10ms);
    kill(child, SIGINT);
    int status = 0;
    waitpid(child, &status, 0);
    ASSERT_TRUE(WIFEXITED(status));
    EXPECT_EQ(WEXITSTATUS(status), 130);
    EXPECT_FALSE(fs::exists(output("build")));
    EXPECT_TRUE(fs::exists(output("source")));
    EXPECT_TRUE(fs::is_empty(place_ / "cache/tmp"));
}

TEST_F(EngineTest, TwoAtOnceWaitForEachOtherAndWorkOnce) {
    auto other = std::make_optional(FileLock::acquire(place_ / "cache/lock", {}).value());
    std::jthread waiting([&] { EXPECT_TRUE(ensure()); });
    std::this_thread::sleep_for(300ms);
    EXPECT_EQ(runs(), "");
    other.reset();
    waiting.join();
    EXPECT_EQ(runs(), "source build ");
}

TEST_F(EngineTest, ACacheThatCannotBeWrittenIsNamedInOneLine) {
    FileFacts facts("/proc/taipan/facts");
    EngineOptions options{"/proc/taipan", place_ / "repository", {}, ProgressStyle::Silent, 1, false};
    Engine engine = std::move(Engine::create(steps(), options, facts)).value();
    const std::string ids[] = {"build"};
    const auto result = engine.ensure(ids);
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().message.find("/proc/taipan"), std::string::npos);
    EXPECT_TRUE(result.error().evidence.empty());
}

TEST(StepGraph, RefusesDuplicatesUnknownNeedsAndCircles) {
    const testing::Temporary place;
    FileFacts facts(place / "facts");
    const auto create = [&](Steps steps) { return Engine::create(std::move(steps), {}, facts); };
    EXPECT_TRUE(create({{.id = "a", .title = ""}, {.id = "b", .title = "", .needs = {"a"}}}));
    EXPECT_FALSE(create({{.id = "a", .title = ""}, {.id = "a", .title = ""}}));
    EXPECT_FALSE(create({{.id = "a", .title = "", .needs = {"b"}}}));
    EXPECT_FALSE(
        create({{.id = "a", .title = "", .needs = {"b"}}, {.id = "b", .title = "", .needs = {"a"}}}));
}

}  // namespace
}  // namespace taipan::provision
