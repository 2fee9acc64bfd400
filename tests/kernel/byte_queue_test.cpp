// SPDX-License-Identifier: Apache-2.0
#include "kernel/byte_queue.h"

#include <gtest/gtest.h>

#include <string>

namespace taipan::kernel {
namespace {

TEST(ByteQueue, GivesInOrderWhatItWasGiven) {
    ByteQueue queue;
    std::string expected;
    for (const size_t size : {1, 5, 2000, 1, 70000, 1024, 1025, 3}) {
        const std::string piece(size, static_cast<char>('a' + size % 26));
        queue.push(Slice(std::string_view(piece)));
        expected += piece;
    }
    EXPECT_EQ(queue.size(), expected.size());
    EXPECT_EQ(queue.peek(3000).text(), expected.substr(0, 3000));
    std::string found;
    for (size_t count = 1; !queue.empty(); count = count * 3 + 1)
        found += queue.take(count).text();
    EXPECT_EQ(found, expected);
    EXPECT_TRUE(queue.take(1).empty());
}

TEST(ByteQueue, HandsALargePieceOnUncopied) {
    ByteQueue queue;
    const Slice piece(Bytes(65536, 7));
    queue.push(piece);
    EXPECT_EQ(queue.take(65536).view().data(), piece.view().data());
}

TEST(ByteQueue, ManySmallPiecesCostLittle) {
    ByteQueue queue;
    for (int count = 0; count < 100000; ++count)
        queue.push(Bytes{static_cast<uint8_t>(count)});
    const Slice all = queue.take(100000);
    ASSERT_EQ(all.size(), 100000U);
    for (size_t at = 0; at < all.size(); ++at)
        ASSERT_EQ(all.view()[at], static_cast<uint8_t>(at));
}

}  // namespace
}  // namespace taipan::kernel
