// SPDX-License-Identifier: Apache-2.0
#include "support/process.h"

#include <gtest/gtest.h>
#include <signal.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "support/lock.h"
#include "support/text.h"
#include "tests/support/temporary.h"

namespace taipan {
namespace {

using testing::Temporary;
using namespace std::chrono_literals;

const Environment kEnvironment(Environment::Variables{
    {"PATH", "/usr/bin:/bin"}, {"KEPT", "yes"}, {"DROPPED", "yes"}});

TEST(Process, CapturesOutputOfAnEditedEnvironmentInAFolder) {
    const Temporary folder;
    const ProcessRunner runner(kEnvironment, nullptr);
    const auto output = runner.capture({{"sh", "-c", "echo $KEPT-$DROPPED-$ADDED; pwd"},
                                        folder.path(),
                                        {{"DROPPED", std::nullopt}, {"ADDED", "new"}}});
    ASSERT_TRUE(output) << output.error().message;
    EXPECT_EQ(output->text, "yes--new\n" + folder.path().string() + "\n");
}

TEST(Process, AppendsBothStreamsToTheLog) {
    const Temporary folder;
    folder.write("log", "before\n");
    const ProcessRunner runner(kEnvironment, nullptr);
    const auto status =
        runner.run({{"sh", "-c", "echo out; echo err >&2; exit 3"}, {}, {}}, Streams::Log, folder / "log");
    ASSERT_TRUE(status);
    EXPECT_EQ(status->code, 3);
    EXPECT_EQ(describe(*status), "ended with status 3");
    EXPECT_EQ(folder.read("log"), "before\nout\nerr\n");
}

TEST(Process, ASignalIsToldFromAStatus) {
    const ProcessRunner runner(kEnvironment, nullptr);
    const auto status = runner.run({{"sh", "-c", "kill -9 $$"}, {}, {}}, Streams::Log);
    ASSERT_TRUE(status);
    EXPECT_EQ(status->signal, 9);
    EXPECT_EQ(status->code, 137);
}

TEST(Process, AMissingProgramIsNamed) {
    const ProcessRunner runner(kEnvironment, nullptr);
    const auto status = runner.run({{"no-such-program"}, {}, {}}, Streams::Log);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().message, "no-such-program is not installed");
}

TEST(Process, LargeOutputArrivesWhole) {
    const ProcessRunner runner(kEnvironment, nullptr);
    const auto output = runner.capture({{"head", "-c", "3000000", "/dev/zero"}, {}, {}});
    ASSERT_TRUE(output);
    EXPECT_EQ(output->text.size(), 3000000U);
}

TEST(Process, AnInterruptionEndsTheWholeGroup) {
    const Temporary folder;
    const Interruption interruption;
    const ProcessRunner runner(kEnvironment, &interruption);
    std::jthread user([&] {
        while (!std::filesystem::exists(folder / "pid"))
            std::this_thread::sleep_for(10ms);
        kill(getpid(), SIGINT);
    });
    const auto began = std::chrono::steady_clock::now();
    const std::string script = "sleep 60 & echo $! > pid.new; mv pid.new pid; wait";
    const auto status = runner.run({{"sh", "-c", script}, folder.path(), {}}, Streams::Log);
    ASSERT_FALSE(status);
    EXPECT_EQ(status.error().kind, ErrorKind::Interrupted);
    EXPECT_TRUE(runner.interrupted());
    EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
    const pid_t grandchild = std::stoi(folder.read("pid"));
    for (int attempt = 0; attempt < 100 && kill(grandchild, 0) == 0; ++attempt) {
        const std::string state = readFile("/proc/" + std::to_string(grandchild) + "/stat").value_or("");
        if (state.find(") Z") != std::string::npos)
            break;  // dead, waiting for init to notice
        std::this_thread::sleep_for(10ms);
        ASSERT_LT(attempt, 99) << "the grandchild is still running";
    }
}

TEST(Lock, TheSecondWaitsAndSaysSo) {
    const Temporary folder;
    auto first = std::make_optional(FileLock::acquire(folder / "lock", {}).value());
    std::atomic<int> announcements = 0;
    std::atomic<bool> acquired = false;
    std::jthread second([&] {
        const auto lock = FileLock::acquire(folder / "lock", [&] { ++announcements; });
        acquired = lock.has_value();
    });
    while (announcements == 0)
        std::this_thread::sleep_for(5ms);
    std::this_thread::sleep_for(250ms);
    EXPECT_FALSE(acquired);
    first.reset();
    second.join();
    EXPECT_TRUE(acquired);
    EXPECT_EQ(announcements, 1);
}

}  // namespace
}  // namespace taipan
