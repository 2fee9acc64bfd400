// SPDX-License-Identifier: Apache-2.0
#include "kernel/codec.h"
#include "kernel/shared_block.h"
#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

constexpr uint32_t kPage = SharedBlock::kPage;
/// What one asks for at once.
constexpr uint32_t kEnough = 1 << 20;

/// A reader's copy, kept up to date by what LoadBlock tells.
struct Copy {
    std::string bytes;
    uint64_t version = 0;
    /// How many bytes were sent last.
    size_t told = 0;
};

struct SharedBlocks : ::testing::Test {
    World world;
    Pid pid = world.root();
    Descriptor block = world.descriptor(pid, MakeBlock{8});

    Pid childWith(Descriptor descriptor) {
        Spawn spawn;
        spawn.keep = {descriptor};
        return world.spawn(pid, spawn);
    }
    /// As a process does it: all parts, with what was known at first.
    static void refresh(World& world, Pid process, Descriptor descriptor, Copy& copy) {
        const uint64_t known = copy.version;
        const auto size = static_cast<uint32_t>(world.value(process, DescribeBlock{descriptor}));
        copy.bytes.resize(size);
        copy.told = 0;
        uint32_t offset = 0;
        do {
            const Answer answer = world.call(process, LoadBlock{descriptor, known, offset, kEnough});
            ASSERT_EQ(answer.error, Errno::None);
            if (offset == 0)
                copy.version = static_cast<uint64_t>(answer.value);
            take(answer.data, copy);
            offset = static_cast<uint32_t>(answer.second);
        } while (offset < size);
        ASSERT_EQ(offset, size);
    }
    static void take(Slice data, Copy& copy) {
        const auto pieces = decode<uint32_t>(data.takeFront(4));
        for (uint32_t left = pieces.value_or(0); left > 0; --left) {
            const auto piece = decode<BlockPiece>(data.takeFront(8));
            ASSERT_TRUE(piece && piece->size > 0);
            copy.told += piece->size;
            copy.bytes.replace(piece->offset, piece->size, data.takeFront(piece->size).text());
        }
        ASSERT_TRUE(data.empty());
    }
    Answer store(Pid process, uint32_t offset, std::string_view text) {
        return world.call(process,
                          StoreBlock{block, {{offset, static_cast<uint32_t>(text.size())}}, Slice(text)});
    }
    std::string content(Pid process) {
        Copy copy;
        refresh(world, process, block, copy);
        return copy.bytes;
    }
    std::string content() { return content(pid); }
    int64_t version() { return world.call(pid, LoadBlock{block, 0, 8, kEnough}).value; }
    Errno storeError(const std::vector<BlockPiece>& pieces, std::string_view text) {
        return world.error(pid, StoreBlock{block, pieces, Slice(text)});
    }
};

TEST_F(SharedBlocks, BeginWithZeros) {
    EXPECT_EQ(content(), std::string(8, '\0'));
    // Which is what a copy begins with, too.
    EXPECT_TRUE(world.call(pid, LoadBlock{block, 0, 0, kEnough}).data.view()[0] == 0);
}

TEST_F(SharedBlocks, AreTheSameForAllWhoInherit) {
    const Pid child = childWith(block);
    EXPECT_EQ(store(child, 2, "abc").error, Errno::None);
    EXPECT_EQ(content(), std::string_view("\0\0abc\0\0\0", 8));
    EXPECT_EQ(world.error(world.spawn(pid), LoadBlock{block, 0, 0, kEnough}), Errno::BadDescriptor);
}

TEST_F(SharedBlocks, WhoKnowsTheVersionIsSentNothing) {
    Copy copy;
    const Answer first = store(pid, 0, "a");
    refresh(world, pid, block, copy);
    EXPECT_EQ(copy.version, static_cast<uint64_t>(first.value));
    EXPECT_EQ(copy.told, 8U);
    refresh(world, pid, block, copy);
    EXPECT_EQ(copy.told, 0U);
    const Answer stored = store(childWith(block), 0, "x");
    EXPECT_EQ(stored.value, first.value + 1);
    refresh(world, pid, block, copy);
    EXPECT_EQ(copy.told, 8U);
    EXPECT_EQ(copy.bytes.front(), 'x');
}

TEST_F(SharedBlocks, EachReplyTellsWhetherThereIsSomethingNew) {
    const Pid child = childWith(block);
    world.identity(child);
    const uint64_t changes = world.shared();
    store(pid, 0, "a");
    const Descriptor another = world.descriptor(pid, MakeBlock{1});
    world.value(pid, StoreBlock{another, {{0, 1}}, Bytes{1}});
    world.identity(child);
    EXPECT_EQ(world.shared(), changes + 3);
}

TEST_F(SharedBlocks, OnlyPagesThatHaveChangedAreSent) {
    block = world.descriptor(pid, MakeBlock{10 * kPage + 5});
    Copy copy;
    refresh(world, pid, block, copy);
    EXPECT_EQ(copy.told, 0U);
    store(pid, kPage - 1, "ab");
    store(pid, 10 * kPage + 4, "z");
    refresh(world, pid, block, copy);
    EXPECT_EQ(copy.told, 2 * kPage + 5);
    EXPECT_EQ(copy.bytes.substr(kPage - 1, 2), "ab");
    EXPECT_EQ(copy.bytes.back(), 'z');
    store(pid, 5 * kPage, "m");
    refresh(world, pid, block, copy);
    EXPECT_EQ(copy.told, kPage);
    EXPECT_EQ(copy.bytes, content());
}

TEST_F(SharedBlocks, PiecesAreStoredTogether) {
    store(pid, 0, "........");
    EXPECT_EQ(storeError({{1, 2}, {6, 0}, {5, 3}, {0, 1}}, "abcdef"), Errno::None);
    EXPECT_EQ(content(), "fab..cde");
}

TEST_F(SharedBlocks, AWrongPieceChangesNothing) {
    store(pid, 0, "12345678");
    const int64_t before = version();
    constexpr uint32_t kHuge = 0xffff'ffff;
    EXPECT_EQ(storeError({{0, 1}, {8, 1}}, "xx"), Errno::Invalid);
    EXPECT_EQ(storeError({{0, 1}, {kHuge, 2}}, "xxx"), Errno::Invalid);
    EXPECT_EQ(storeError({{0, 1}, {1, kHuge}}, "xx"), Errno::Invalid);
    EXPECT_EQ(storeError({{0, 3}}, "xx"), Errno::Invalid);
    EXPECT_EQ(storeError({{0, 1}}, "xx"), Errno::Invalid);
    EXPECT_EQ(storeError({}, "x"), Errno::Invalid);
    EXPECT_EQ(content(), "12345678");
    EXPECT_EQ(version(), before);
}

TEST_F(SharedBlocks, NothingIsBehindTheEnd) {
    store(pid, 0, "12345678");
    for (const uint32_t offset : {kPage, 0xffff'ffffU}) {
        const Answer answer = world.call(pid, LoadBlock{block, 0, offset, kEnough});
        EXPECT_EQ(answer.error, Errno::None);
        EXPECT_EQ(answer.second, 8);
        EXPECT_EQ(answer.data.size(), 4U);
    }
}

TEST_F(SharedBlocks, OutliveWhoMadeThem) {
    const Pid child = childWith(block);
    store(pid, 0, "left");
    world.exit(pid);
    EXPECT_EQ(content(child).substr(0, 4), "left");
    EXPECT_EQ(world.kernel.usage().open_files, 1U);
    world.exit(child);
    EXPECT_EQ(world.kernel.usage().open_files, 0U);
}

TEST_F(SharedBlocks, AreFoundByTheirNames) {
    const Descriptor made = world.descriptor(pid, OpenBlock{"/b", kReadWrite | kCreate | kExclusive});
    EXPECT_EQ(world.value(pid, DescribeBlock{made}), 0);
    EXPECT_EQ(world.error(pid, OpenBlock{"/b", kReadWrite | kCreate | kExclusive}), Errno::Exists);
    const Pid other = world.spawn(pid);
    const Descriptor found = world.descriptor(other, OpenBlock{"/b", kReadWrite | kCreate});
    world.value(pid, ResizeBlock{made, 3});
    world.value(other, StoreBlock{found, {{0, 3}}, Slice("abc")});
    EXPECT_EQ(world.value(pid, DescribeBlock{made}), 3);
    EXPECT_EQ(world.call(other, DescribeBlock{found}).second, world.call(pid, DescribeBlock{made}).second);
    EXPECT_NE(world.call(pid, DescribeBlock{block}).second, world.call(pid, DescribeBlock{made}).second);
    world.value(pid, UnlinkBlock{"/b"});
    EXPECT_EQ(world.error(pid, UnlinkBlock{"/b"}), Errno::NoEntry);
    EXPECT_EQ(world.error(pid, OpenBlock{"/b", kReadWrite}), Errno::NoEntry);
    Copy copy;
    refresh(world, pid, made, copy);
    EXPECT_EQ(copy.bytes, "abc");
    EXPECT_EQ(world.error(pid, OpenBlock{"b", kCreate}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, OpenBlock{"/b/c", kCreate}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, UnlinkBlock{"/" + std::string(256, 'n')}), Errno::NameTooLong);
}

TEST_F(SharedBlocks, ANameKeepsThem) {
    world.value(pid, OpenBlock{"/b", kCreate});
    world.exit(pid);
    EXPECT_EQ(world.kernel.usage().open_files, 1U);
    EXPECT_TRUE(world.kernel.usage().names_or_locks);
    world.value(world.root(), UnlinkBlock{"/b"});
    EXPECT_EQ(world.kernel.usage().open_files, 0U);
}

TEST_F(SharedBlocks, WhatWasCutOffIsZerosAgain) {
    store(pid, 0, "12345678");
    Copy copy;
    refresh(world, pid, block, copy);
    world.value(pid, ResizeBlock{block, 3});
    EXPECT_EQ(storeError({{3, 1}}, "x"), Errno::Invalid);
    world.value(pid, ResizeBlock{block, 2 * kPage});
    refresh(world, pid, block, copy);
    EXPECT_EQ(copy.bytes, "123" + std::string(2 * kPage - 3, '\0'));
}

TEST_F(SharedBlocks, HaveTheirLimits) {
    Limits limits;
    limits.shared_bytes = 10 * kPage;
    limits.blocks = 1;
    limits.descriptors = 2;
    limits.read = 2 * kPage;
    World small(limits);
    const Pid first = small.root();
    EXPECT_EQ(small.error(first, MakeBlock{10 * kPage + 1}), Errno::NoMemory);
    const Descriptor most = small.descriptor(first, MakeBlock{6 * kPage});
    EXPECT_EQ(small.error(first, MakeBlock{4 * kPage + 1}), Errno::NoMemory);
    small.value(first, StoreBlock{most, {{0, 6 * kPage}}, Bytes(6 * kPage, 1)});
    EXPECT_EQ(small.call(first, LoadBlock{most, 0, 0, kEnough}).data.size(), 4 + 8 + 2 * kPage);
    EXPECT_EQ(small.call(first, LoadBlock{most, 0, kPage, 1}).second, 2 * kPage);
    Copy copy;
    refresh(small, first, most, copy);
    EXPECT_EQ(copy.bytes, std::string(6 * kPage, 1));
    const Descriptor rest = small.descriptor(first, OpenBlock{"/rest", kCreate});
    EXPECT_EQ(small.error(first, ResizeBlock{rest, 4 * kPage + 1}), Errno::NoMemory);
    small.value(first, ResizeBlock{rest, 4 * kPage});
    EXPECT_EQ(small.error(first, MakeBlock{0}), Errno::ProcessFiles);
    EXPECT_EQ(small.error(first, OpenBlock{"/rest", 0}), Errno::ProcessFiles);
    small.value(first, Close{most});
    EXPECT_EQ(small.error(first, OpenBlock{"/other", kCreate}), Errno::SystemFiles);
    EXPECT_EQ(small.error(first, MakeBlock{6 * kPage + 1}), Errno::NoMemory);
    small.value(first, MakeBlock{6 * kPage});
    EXPECT_EQ(small.error(first, StoreBlock{rest, {{4 * kPage, 0}}, {}}), Errno::None);
}

TEST_F(SharedBlocks, AreNothingElse) {
    const Descriptor semaphore = world.descriptor(pid, OpenSemaphore{"/s", kCreate, 1});
    EXPECT_EQ(world.error(pid, LoadBlock{semaphore, 0, 0, kEnough}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, StoreBlock{semaphore, {}, {}}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, ResizeBlock{semaphore, 1}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, DescribeBlock{semaphore}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, LoadBlock{{99}, 0, 0, kEnough}), Errno::BadDescriptor);
    EXPECT_EQ(world.error(pid, Read{block, 1}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, Write{block, Bytes{1}}), Errno::Invalid);
    EXPECT_EQ(world.value(pid, Describe{block}), static_cast<int64_t>(FileKind::SharedBlock));
}

}  // namespace
}  // namespace taipan::kernel
