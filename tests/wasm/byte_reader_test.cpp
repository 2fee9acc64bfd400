// SPDX-License-Identifier: Apache-2.0
#include "wasm/byte_reader.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <vector>

#include "wasm/byte_writer.h"

namespace taipan::wasm {
namespace {

using Raw = std::vector<uint8_t>;

TEST(ByteReader, ReadsWhatTheWriterWrites) {
    for (const uint64_t number : {uint64_t{0}, uint64_t{1}, uint64_t{127}, uint64_t{128}, uint64_t{0x3fff},
                                  uint64_t{0xffff'ffff}, UINT64_MAX}) {
        ByteWriter writer;
        writer.u64(number);
        ByteReader reader(writer.view());
        EXPECT_EQ(reader.u64(), number);
        EXPECT_TRUE(reader.atEnd() && !reader.failed());
    }
    for (const int64_t number :
         {int64_t{0}, int64_t{-1}, int64_t{63}, int64_t{64}, int64_t{-64}, int64_t{-65}, int64_t{INT32_MAX},
          int64_t{INT32_MIN}, INT64_MAX, INT64_MIN}) {
        ByteWriter writer;
        writer.signedNumber(number);
        ByteReader reader(writer.view());
        EXPECT_EQ(reader.s64(), number);
        EXPECT_TRUE(reader.atEnd() && !reader.failed());
    }
}

TEST(ByteReader, TakesNumbersThatAreLongerThanTheyNeedToBe) {
    const Raw zero = {0x80, 0x80, 0x80, 0x80, 0x00};
    const Raw minus_one = {0xff, 0xff, 0xff, 0xff, 0x7f};
    EXPECT_EQ(ByteReader(zero).u32(), 0U);
    EXPECT_EQ(ByteReader(minus_one).s32(), -1);
}

TEST(ByteReader, RefusesNumbersThatDoNotFit) {
    const auto refuses = [](const Raw& bytes, auto read) {
        ByteReader reader(bytes, 100);
        read(reader);
        EXPECT_TRUE(reader.failed());
        EXPECT_TRUE(reader.failure().ends_with("at byte 100")) << reader.failure();
    };
    const auto u32 = [](ByteReader& reader) { reader.u32(); };
    const auto s32 = [](ByteReader& reader) { reader.s32(); };
    const auto u64 = [](ByteReader& reader) { reader.u64(); };
    const auto s64 = [](ByteReader& reader) { reader.s64(); };
    refuses({0xff, 0xff, 0xff, 0xff, 0x1f}, u32);
    refuses({0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, u32);
    refuses({0xff, 0xff, 0xff, 0xff, 0x4f}, s32);
    refuses({0x80, 0x80, 0x80, 0x80, 0x80, 0x00}, s32);
    refuses({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x02}, u64);
    refuses({0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01}, s64);
}

TEST(ByteReader, TheFirstFailureStaysAndEverythingBehindItIsEmpty) {
    const Raw bytes = {0x05, 'a', 'b'};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.name(), "");
    const std::string failure = reader.failure();
    EXPECT_EQ(failure, "unexpected end at byte 1");
    EXPECT_EQ(reader.u8(), 0);
    EXPECT_EQ(reader.fixed64(), 0U);
    EXPECT_EQ(reader.count(), 0U);
    EXPECT_EQ(reader.failure(), failure);
}

TEST(ByteReader, ANameIsUtf8) {
    const Raw euro = {0x03, 0xe2, 0x82, 0xac};
    EXPECT_EQ(ByteReader(euro).name(), "\u20ac");
    const Raw wrong = {0x01, 0xff};
    ByteReader reader(wrong);
    reader.name();
    EXPECT_EQ(reader.failure(), "a name is not UTF-8 at byte 0");
}

TEST(ByteReader, NoCountIsLargerThanWhatFollows) {
    const Raw bytes = {0x03, 0x00, 0x00};
    ByteReader reader(bytes);
    EXPECT_EQ(reader.count(), 0U);
    EXPECT_TRUE(reader.failed());
}

}  // namespace
}  // namespace taipan::wasm
