// SPDX-License-Identifier: Apache-2.0
#include "kernel/descriptor_table.h"

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

Limits few() {
    Limits limits;
    limits.descriptors = 6;
    limits.open_files = 8;
    return limits;
}

TEST(DescriptorTable, GivesTheLowestFreeNumber) {
    World world;
    const Pid pid = world.root();
    const auto [reader, writer] = world.two(pid, MakePipe{});
    EXPECT_EQ(reader.value, 0);
    EXPECT_EQ(writer.value, 1);
    EXPECT_EQ(world.value(pid, Duplicate{reader, {0}, false}), 2);
    EXPECT_EQ(world.value(pid, Duplicate{reader, {5}, false}), 5);
    EXPECT_EQ(world.value(pid, Duplicate{reader, {5}, false}), 6);
    world.value(pid, Close{Descriptor{1}});
    EXPECT_EQ(world.value(pid, Duplicate{reader, {0}, false}), 1);
    EXPECT_EQ(world.error(pid, Duplicate{reader, {-1}, false}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, Duplicate{reader, {1024}, false}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, Duplicate{{77}, {0}, false}), Errno::BadDescriptor);
}

TEST(DescriptorTable, IsFullAtItsLimit) {
    World world(few());
    const Pid pid = world.root();
    const auto [reader, writer] = world.two(pid, MakePipe{});
    for (int count = 2; count < 5; ++count)
        world.value(pid, Duplicate{reader, {0}, false});
    EXPECT_EQ(world.error(pid, MakePipe{}), Errno::ProcessFiles);
    EXPECT_EQ(world.kernel.usage().open_files, 2U);
    world.value(pid, Duplicate{reader, {0}, false});
    EXPECT_EQ(world.error(pid, Duplicate{reader, {0}, false}), Errno::ProcessFiles);
    EXPECT_EQ(world.error(pid, DuplicateTo{reader, {6}, false, false}), Errno::BadDescriptor);
}

TEST(DescriptorTable, AllProcessesTogetherHaveALimit) {
    World world(few());
    const Pid pid = world.root();
    const Pid other = world.root();
    for (const Pid one : {pid, pid, other, other})
        world.two(one, MakePipe{});
    EXPECT_EQ(world.error(other, MakePipe{}), Errno::SystemFiles);
    EXPECT_EQ(world.error(other, MakeSocket{Family::Unix, SocketType::Stream, 0}), Errno::SystemFiles);
    world.exit(pid);
    world.two(other, MakePipe{});
}

TEST(DescriptorTable, CopiesToANumber) {
    World world;
    const Pid pid = world.root();
    const auto [reader, writer] = world.two(pid, MakePipe{});
    EXPECT_EQ(world.value(pid, DuplicateTo{writer, {9}, true, false}), 9);
    EXPECT_EQ(world.value(pid, Control{{9}, Control::Command::GetFlags, 0}), 1);
    EXPECT_EQ(world.value(pid, DuplicateTo{writer, writer, false, false}), writer.value);
    EXPECT_EQ(world.error(pid, DuplicateTo{writer, writer, false, true}), Errno::Invalid);
    EXPECT_EQ(world.error(pid, DuplicateTo{{50}, {50}, false, false}), Errno::BadDescriptor);
    // What stood there is closed: the pipe has no reader any more.
    world.value(pid, DuplicateTo{writer, reader, false, false});
    world.ignore(pid, Signal::Pipe);
    EXPECT_EQ(world.error(pid, Write{{9}, Slice(std::string_view("x"))}), Errno::BrokenPipe);
}

TEST(DescriptorTable, StatusIsSharedFlagsAreNot) {
    World world;
    const Pid pid = world.root();
    const auto [reader, writer] = world.two(pid, MakePipe{kCloseOnExec});
    const Descriptor copy = world.descriptor(pid, Duplicate{reader, {0}, false});
    EXPECT_EQ(world.value(pid, Control{reader, Control::Command::GetFlags, 0}), 1);
    EXPECT_EQ(world.value(pid, Control{copy, Control::Command::GetFlags, 0}), 0);
    world.value(pid, Control{copy, Control::Command::SetFlags, 1});
    EXPECT_EQ(world.value(pid, Control{copy, Control::Command::GetFlags, 0}), 1);
    world.value(pid, Control{copy, Control::Command::SetStatus, kNonBlocking});
    EXPECT_EQ(world.value(pid, Control{reader, Control::Command::GetStatus, 0}), kNonBlocking | kReadOnly);
    EXPECT_EQ(world.error(pid, Read{reader, 1}), Errno::Again);
    EXPECT_EQ(world.value(pid, Control{writer, Control::Command::GetStatus, 0}), kWriteOnly);
    EXPECT_EQ(world.error(pid, Control{writer, static_cast<Control::Command>(99), 0}), Errno::Invalid);
}

TEST(DescriptorTable, ClosesRanges) {
    World world;
    const Pid pid = world.root();
    for (int count = 0; count < 3; ++count)
        world.two(pid, MakePipe{});
    world.value(pid, CloseRange{{1}, {4}});
    EXPECT_EQ(world.error(pid, Close{{4}}), Errno::BadDescriptor);
    EXPECT_EQ(world.value(pid, Close{{5}}), 0);
    EXPECT_EQ(world.error(pid, CloseRange{{3}, {2}}), Errno::Invalid);
}

TEST(DescriptorTable, AFileStaysOpenForTheCallThatWaitsOnIt) {
    World world;
    const Pid pid = world.root();
    const auto [reader, writer] = world.two(pid, MakePipe{});
    const Ticket waiting = world.post(pid, Read{reader, 1});
    world.value(pid, Close{reader});
    world.write(pid, writer, "x");
    EXPECT_EQ(world.answer(pid, waiting)->data.text(), "x");
    world.ignore(pid, Signal::Pipe);
    EXPECT_EQ(world.error(pid, Write{writer, Slice(std::string_view("x"))}), Errno::BrokenPipe);
}

}  // namespace
}  // namespace taipan::kernel
