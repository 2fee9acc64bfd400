// SPDX-License-Identifier: Apache-2.0
#include "kernel/shared_block.h"
#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

struct SharedBlocks : ::testing::Test {
    World world;
    Pid pid = world.root();
    Descriptor block = world.descriptor(pid, MakeBlock{8});

    Pid childWith(Descriptor descriptor) {
        Spawn spawn;
        spawn.keep = {descriptor};
        return world.spawn(pid, spawn);
    }
    Answer load(Pid process, uint64_t known, uint32_t offset = 0, uint32_t count = 8) {
        return world.call(process, LoadBlock{block, known, offset, count});
    }
    Answer store(Pid process, uint32_t offset, std::string_view text) {
        return world.call(process,
                          StoreBlock{block, {{offset, static_cast<uint32_t>(text.size())}}, Slice(text)});
    }
    std::string content() { return std::string(load(pid, 0).data.text()); }
    Errno storeError(const std::vector<StoreBlock::Piece>& pieces, std::string_view text) {
        return world.error(pid, StoreBlock{block, pieces, Slice(text)});
    }
};

TEST_F(SharedBlocks, BeginWithZeros) {
    EXPECT_EQ(content(), std::string(8, '\0'));
}

TEST_F(SharedBlocks, AreTheSameForAllWhoInherit) {
    const Pid child = childWith(block);
    EXPECT_EQ(store(child, 2, "abc").error, Errno::None);
    EXPECT_EQ(load(pid, 0, 1, 5).data.text(), std::string_view("\0abc\0", 5));
    EXPECT_EQ(world.error(world.spawn(pid), LoadBlock{block, 0, 0, 1}), Errno::BadDescriptor);
}

TEST_F(SharedBlocks, WhoKnowsTheVersionIsSentNothing) {
    const Answer first = load(pid, 0);
    EXPECT_EQ(first.data.size(), 8U);
    const auto known = static_cast<uint64_t>(first.value);
    EXPECT_NE(known, 0U);
    EXPECT_EQ(load(pid, known).value, first.value);
    EXPECT_TRUE(load(pid, known).data.empty());
    const Answer stored = store(childWith(block), 0, "x");
    EXPECT_NE(stored.value, first.value);
    const Answer second = load(pid, known);
    EXPECT_EQ(second.value, stored.value);
    EXPECT_EQ(second.data.size(), 8U);
}

TEST_F(SharedBlocks, PiecesAreStoredTogether) {
    store(pid, 0, "........");
    EXPECT_EQ(storeError({{1, 2}, {6, 0}, {5, 3}, {0, 1}}, "abcdef"), Errno::None);
    EXPECT_EQ(content(), "fab..cde");
}

TEST_F(SharedBlocks, AWrongPieceChangesNothing) {
    store(pid, 0, "12345678");
    const int64_t version = load(pid, 0).value;
    constexpr uint32_t kHuge = 0xffff'ffff;
    EXPECT_EQ(storeError({{0, 1}, {8, 1}}, "xx"), Errno::Invalid);
    EXPECT_EQ(storeError({{0, 1}, {kHuge, 2}}, "xxx"), Errno::Invalid);
    EXPECT_EQ(storeError({{0, 1}, {1, kHuge}}, "xx"), Errno::Invalid);
    EXPECT_EQ(storeError({{0, 3}}, "xx"), Errno::Invalid);
    EXPECT_EQ(storeError({{0, 1}}, "xx"), Errno::Invalid);
    EXPECT_EQ(storeError({}, "x"), Errno::Invalid);
    EXPECT_EQ(content(), "12345678");
    EXPECT_EQ(load(pid, 0).value, version);
}

TEST_F(SharedBlocks, WhatIsBeyondTheEndIsNotRead) {
    EXPECT_EQ(load(pid, 0, 8, 0).error, Errno::None);
    EXPECT_EQ(load(pid, 0, 8, 1).error, Errno::Invalid);
    EXPECT_EQ(load(pid, 0, 9, 0).error, Errno::Invalid);
    EXPECT_EQ(load(pid, 0, 1, 0xffff'ffff).error, Errno::Invalid);
}

TEST_F(SharedBlocks, OutliveWhoMadeThem) {
    const Pid child = childWith(block);
    store(pid, 0, "left");
    world.exit(pid);
    EXPECT_EQ(load(child, 0, 0, 4).data.text(), "left");
    EXPECT_EQ(world.kernel.usage().open_files, 1U);
    world.exit(child);
    EXPECT_EQ(world.kernel.usage().open_files, 0U);
}

TEST_F(SharedBlocks, HaveTheirLimits) {
    Limits limits;
    limits.shared_bytes = 100;
    limits.descriptors = 2;
    limits.read = 10;
    World small(limits);
    const Pid first = small.root();
    EXPECT_EQ(small.error(first, MakeBlock{101}), Errno::NoMemory);
    const Descriptor most = small.descriptor(first, MakeBlock{60});
    EXPECT_EQ(small.error(first, MakeBlock{41}), Errno::NoMemory);
    EXPECT_EQ(small.call(first, LoadBlock{most, 0, 0, 60}).data.size(), 10U);
    const Descriptor rest = small.descriptor(first, MakeBlock{40});
    EXPECT_EQ(small.error(first, MakeBlock{0}), Errno::ProcessFiles);
    small.value(first, Close{most});
    EXPECT_EQ(small.error(first, MakeBlock{61}), Errno::NoMemory);
    small.value(first, MakeBlock{60});
    EXPECT_EQ(small.error(first, StoreBlock{rest, {{40, 0}}, {}}), Errno::None);
}

TEST_F(SharedBlocks, AreNothingElse) {
    const Descriptor semaphore = world.descriptor(pid, OpenSemaphore{"/s", kCreate, 1});
    EXPECT_EQ(world.error(pid, LoadBlock{semaphore, 0, 0, 0}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, StoreBlock{semaphore, {}, {}}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, LoadBlock{{99}, 0, 0, 0}), Errno::BadDescriptor);
    EXPECT_EQ(world.error(pid, Read{block, 1}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, Write{block, Bytes{1}}), Errno::Invalid);
    EXPECT_EQ(world.value(pid, Describe{block}), static_cast<int64_t>(FileKind::SharedBlock));
}

}  // namespace
}  // namespace taipan::kernel
