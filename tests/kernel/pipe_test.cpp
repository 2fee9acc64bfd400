// SPDX-License-Identifier: Apache-2.0
#include "kernel/pipe.h"

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

struct Pipes : ::testing::Test {
    World world;
    Pid pid = world.root();
    std::pair<Descriptor, Descriptor> ends = world.two(pid, MakePipe{});
    Descriptor reader = ends.first;
    Descriptor writer = ends.second;
};

TEST_F(Pipes, WhatIsWrittenIsRead) {
    EXPECT_EQ(world.write(pid, writer, "hello"), 5);
    EXPECT_EQ(world.value(pid, Available{reader}), 5);
    EXPECT_EQ(world.read(pid, reader, 2), "he");
    EXPECT_EQ(world.read(pid, reader), "llo");
}

TEST_F(Pipes, AReaderWaitsForTheWriter) {
    const Ticket waiting = world.post(pid, Read{reader, 10});
    EXPECT_FALSE(world.answer(pid, waiting));
    world.write(pid, writer, "x");
    EXPECT_EQ(world.answer(pid, waiting)->data.text(), "x");
}

TEST_F(Pipes, ReadersAreServedInTheOrderTheyCame) {
    const Ticket first = world.post(pid, Read{reader, 1});
    const Ticket second = world.post(pid, Read{reader, 1});
    world.write(pid, writer, "a");
    EXPECT_EQ(world.answer(pid, first)->data.text(), "a");
    EXPECT_FALSE(world.answer(pid, second));
    world.write(pid, writer, "b");
    EXPECT_EQ(world.answer(pid, second)->data.text(), "b");
}

TEST_F(Pipes, EndWhenTheLastWriterGoes) {
    const Descriptor copy = world.descriptor(pid, Duplicate{writer, {0}, false});
    world.write(pid, writer, "last");
    world.value(pid, Close{writer});
    EXPECT_EQ(world.read(pid, reader), "last");
    const Ticket waiting = world.post(pid, Read{reader, 10});
    EXPECT_FALSE(world.answer(pid, waiting));
    world.value(pid, Close{copy});
    EXPECT_EQ(world.answer(pid, waiting)->value, 0);
    EXPECT_EQ(world.read(pid, reader), "");
}

TEST_F(Pipes, AWriterWaitsUntilAllFits) {
    const std::string much(kPipeCapacity + 100, 'm');
    const Ticket waiting = world.post(pid, Write{writer, Slice(std::string_view(much))});
    EXPECT_FALSE(world.answer(pid, waiting));
    EXPECT_EQ(world.read(pid, reader, 99).size(), 99U);
    EXPECT_EQ(world.value(pid, Available{reader}), static_cast<int64_t>(kPipeCapacity));
    EXPECT_FALSE(world.answer(pid, waiting));
    EXPECT_EQ(world.read(pid, reader, 1).size(), 1U);
    EXPECT_EQ(world.answer(pid, waiting)->value, static_cast<int64_t>(much.size()));
    EXPECT_EQ(world.read(pid, reader).size(), kPipeCapacity);
}

TEST_F(Pipes, SmallWritesAreWholeOrNotAtAll) {
    world.value(pid, Control{writer, Control::Command::SetStatus, kNonBlocking});
    world.write(pid, writer, std::string(kPipeCapacity - 10, 'm'));
    EXPECT_EQ(world.error(pid, Write{writer, Slice(std::string(11, 's'))}), Errno::Again);
    EXPECT_EQ(world.write(pid, writer, std::string(kPipeAtomic + 1, 'b')), 10);
    EXPECT_EQ(world.error(pid, Write{writer, Slice(std::string_view("s"))}), Errno::Again);
}

TEST_F(Pipes, NobodyReads) {
    world.ignore(pid, Signal::Pipe);
    world.value(pid, Close{reader});
    EXPECT_EQ(world.error(pid, Write{writer, Slice(std::string_view("x"))}), Errno::BrokenPipe);
    EXPECT_EQ(world.poll(pid, {{writer, kWritable}}), (std::vector<uint32_t>{kWritable | kError}));
}

TEST_F(Pipes, NobodyReadsKills) {
    const Pid child = world.spawn(pid);
    world.value(pid, Close{reader});
    world.value(child, Close{reader});
    world.post(child, Write{writer, Slice(std::string_view("x"))});
    EXPECT_EQ(world.call(pid, Wait{child, 0}).second, signalStatus(Signal::Pipe));
}

TEST_F(Pipes, AWaitingWriterHearsThatNobodyReadsAnyMore) {
    world.handle(pid, Signal::Pipe);
    const std::string much(kPipeCapacity * 2, 'm');
    const Ticket waiting = world.post(pid, Write{writer, Slice(std::string_view(much))});
    const Ticket other = world.post(pid, Write{writer, Slice(std::string_view("x"))});
    world.value(pid, Close{reader});
    EXPECT_EQ(world.answer(pid, waiting)->value, static_cast<int64_t>(kPipeCapacity));
    // Its own SIGPIPE, or the interruption by the first one's.
    EXPECT_NE(world.answer(pid, other)->error, Errno::None);
}

TEST_F(Pipes, TheEndsAreForOneThingEach) {
    EXPECT_EQ(world.error(pid, Write{reader, Slice(std::string_view("x"))}), Errno::BadDescriptor);
    EXPECT_EQ(world.error(pid, Read{writer, 1}), Errno::BadDescriptor);
    EXPECT_EQ(world.error(pid, MakePipe{.flags = 1}), Errno::Invalid);
}

TEST_F(Pipes, TellPollWhatTheyCan) {
    EXPECT_EQ(world.poll(pid, {{reader, kReadable}, {writer, kWritable}}),
              (std::vector<uint32_t>{0, kWritable}));
    world.write(pid, writer, std::string(kPipeCapacity, 'm'));
    EXPECT_EQ(world.poll(pid, {{reader, kReadable}, {writer, kWritable}}),
              (std::vector<uint32_t>{kReadable, 0}));
    world.value(pid, Close{writer});
    EXPECT_EQ(world.poll(pid, {{reader, kReadable}}), (std::vector<uint32_t>{kReadable | kHangUp}));
}

TEST_F(Pipes, AParkedWriteIsWholeBeforeTheEnd) {
    const std::string much(kPipeCapacity + 7, 'm');
    const Ticket writing = world.post(pid, Write{writer, Slice(std::string_view(much))});
    world.value(pid, Close{writer});
    EXPECT_EQ(world.read(pid, reader).size(), kPipeCapacity);
    EXPECT_EQ(world.answer(pid, writing)->value, static_cast<int64_t>(much.size()));
    EXPECT_EQ(world.read(pid, reader).size(), 7U);
    EXPECT_EQ(world.read(pid, reader), "");
}

TEST_F(Pipes, AreAsLargeAsAsked) {
    EXPECT_EQ(world.value(pid, PipeSize{reader, {}}), static_cast<int64_t>(kPipeCapacity));
    EXPECT_EQ(world.value(pid, PipeSize{writer, 5000}), 8192);
    EXPECT_EQ(world.value(pid, PipeSize{reader, {}}), 8192);
    const Ticket waiting = world.post(pid, Write{writer, Slice(std::string(10'000, 'x'))});
    EXPECT_FALSE(world.answer(pid, waiting));
    EXPECT_EQ(world.error(pid, PipeSize{writer, 4096}), Errno::Busy);
    EXPECT_EQ(world.error(pid, PipeSize{writer, 1U << 21}), Errno::NotPermitted);
    EXPECT_EQ(world.value(pid, PipeSize{writer, 16'384}), 16'384);
    EXPECT_EQ(world.answer(pid, waiting)->value, 10'000);
}

TEST_F(Pipes, OnlyPipesHaveASizeOfPipes) {
    const Descriptor epoll = world.descriptor(pid, MakeEpoll{});
    EXPECT_EQ(world.error(pid, PipeSize{epoll, {}}), Errno::BadDescriptor);
}

}  // namespace
}  // namespace taipan::kernel
