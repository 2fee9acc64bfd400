// SPDX-License-Identifier: Apache-2.0
#include "support/result.h"

#include <gtest/gtest.h>

#include <cerrno>

namespace taipan {
namespace {

Result<int> half(int number) {
    if (number % 2 != 0)
        return fail("odd");
    return number / 2;
}

Result<int> quarter(int number) {
    return TRY(half(TRY(half(number))));
}

TEST(Result, TryHandsOnValuesAndErrors) {
    EXPECT_EQ(quarter(8).value(), 2);
    EXPECT_EQ(quarter(6).error().message, "odd");
}

TEST(Result, DescribesInOneLineAfterTheEvidence) {
    Error error = fail("cannot do it", "do that").error();
    EXPECT_EQ(describe(error), "taipan: cannot do it; do that\n");
    error.evidence = {"last line"};
    error.hint.clear();
    EXPECT_EQ(describe(error), "last line\ntaipan: cannot do it\n");
}

TEST(Result, WhatIsQuotedStaysOnTheLine) {
    const Error error = fail("no file a\nb", "not \x1b[2J either").error();
    EXPECT_EQ(describe(error), "taipan: no file a\\nb; not \\x1b[2J either\n");
    EXPECT_EQ(describe(fail("kein Ärger").error()), "taipan: kein Ärger\n");
}

TEST(Result, KindsAreExitCodes) {
    EXPECT_EQ(exitCode(fail("x").error()), 1);
    EXPECT_EQ(exitCode(misuse("x").error()), 2);
    EXPECT_EQ(exitCode(internal("x").error()), 70);
    EXPECT_EQ(exitCode(interrupted().error()), 130);
}

TEST(Result, AFullDiskIsNamedWithAdvice) {
    const Error error = failSystem(ENOSPC, "cannot write a").error();
    EXPECT_EQ(error.message, "cannot write a: No space left on device");
    EXPECT_FALSE(error.hint.empty());
}

}  // namespace
}  // namespace taipan
