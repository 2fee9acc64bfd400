// SPDX-License-Identifier: Apache-2.0
#include "kernel/terminal.h"

#include "tests/kernel/world.h"

namespace taipan::kernel {
namespace {

using testing::World;

struct Terminals : ::testing::Test {
    World world;
    Pid pid = world.root();
    std::pair<Descriptor, Descriptor> sides = world.two(pid, OpenTerminal{});
    Descriptor master = sides.first;
    Descriptor slave = sides.second;

    TerminalSettings settings() {
        return *decode<TerminalSettings>(world.call(pid, GetSettings{slave}).data);
    }
    void set(const TerminalSettings& settings) {
        world.value(pid, SetSettings{slave, SetSettings::When::Now, settings});
    }
    void change(uint32_t remove) {
        TerminalSettings changed = settings();
        changed.local &= ~remove;
        set(changed);
    }
    void quiet() { change(kEcho); }
};

TEST_F(Terminals, LinesAreEditedBeforeTheyAreRead) {
    const Ticket reading = world.post(pid, Read{slave, 100});
    world.write(pid, master, "axx\x7f\x7f");
    EXPECT_FALSE(world.answer(pid, reading));
    world.write(pid, master, "b\r");
    EXPECT_EQ(world.answer(pid, reading)->data.text(), "ab\n");
    world.write(pid, master, "gone\x15kept word\x17\nnext\n");
    EXPECT_EQ(world.read(pid, slave), "kept \n");
    EXPECT_EQ(world.read(pid, slave, 2), "ne");
    EXPECT_EQ(world.read(pid, slave), "xt\n");
}

TEST_F(Terminals, AnEraseTakesAWholeCharacter) {
    quiet();
    world.write(pid, master, "a\xc3\xa4\x7f\n");
    EXPECT_EQ(world.read(pid, slave), "a\n");
}

TEST_F(Terminals, TheEndOfInputIsReadOnce) {
    world.write(pid, master, "part\x04\x04");
    EXPECT_EQ(world.read(pid, slave), "part");
    EXPECT_EQ(world.read(pid, slave), "");
    const Ticket reading = world.post(pid, Read{slave, 100});
    EXPECT_FALSE(world.answer(pid, reading));
}

TEST_F(Terminals, WhatIsTypedIsEchoed) {
    world.write(pid, master, "ab\x7f\x01\n");
    EXPECT_EQ(world.read(pid, master), "ab\b \b^A\r\n");
    quiet();
    world.write(pid, master, "secret\n");
    EXPECT_EQ(world.poll(pid, {{master, kReadable}}), (std::vector<uint32_t>{0}));
}

TEST_F(Terminals, OutputHasItsLinesReturned) {
    EXPECT_EQ(world.write(pid, slave, "a\nb"), 3);
    EXPECT_EQ(world.read(pid, master), "a\r\nb");
    TerminalSettings raw = settings();
    raw.output = 0;
    set(raw);
    world.write(pid, slave, "a\n");
    EXPECT_EQ(world.read(pid, master), "a\n");
    const Ticket printing = world.post(pid, Write{slave, Bytes(kPipeCapacity + 1, 'x')});
    EXPECT_FALSE(world.answer(pid, printing));
    world.read(pid, master, 1);
    EXPECT_TRUE(world.answer(pid, printing));
}

TEST_F(Terminals, SettingsMayWaitForTheOutput) {
    world.write(pid, slave, "slow");
    const Ticket setting = world.post(pid, SetSettings{slave, SetSettings::When::Drain, settings()});
    EXPECT_FALSE(world.answer(pid, setting));
    world.read(pid, master);
    EXPECT_TRUE(world.answer(pid, setting));
    world.write(pid, slave, "slow");
    EXPECT_EQ(world.value(pid, SetSettings{master, SetSettings::When::Drain, settings()}), 0);
    world.write(pid, master, "typed\n");
    world.read(pid, master);
    world.value(pid, SetSettings{slave, SetSettings::When::Flush, settings()});
    EXPECT_EQ(world.poll(pid, {{slave, kReadable}}), (std::vector<uint32_t>{0}));
}

TEST_F(Terminals, RawInputComesAtOnce) {
    change(kCanonical | kSignals);
    world.write(pid, master,
                "\x03"
                "a");
    EXPECT_EQ(world.read(pid, slave, 1), "\x03");
    EXPECT_EQ(world.read(pid, slave), "a");
    TerminalSettings several = settings();
    several.characters[kMinimumCharacter] = 3;
    set(several);
    const Ticket reading = world.post(pid, Read{slave, 10});
    world.write(pid, master, "ab");
    EXPECT_FALSE(world.answer(pid, reading));
    world.write(pid, master, "c");
    EXPECT_EQ(world.answer(pid, reading)->data.text(), "abc");
    several.characters[kMinimumCharacter] = 0;
    set(several);
    EXPECT_EQ(world.read(pid, slave), "");
}

TEST_F(Terminals, LeavingLineModeGivesWhatWasTyped) {
    world.write(pid, master, "whole\npart");
    change(kCanonical);
    EXPECT_EQ(world.read(pid, slave), "whole\npart");
}

TEST_F(Terminals, KeysAreSignalsToTheForeground) {
    world.value(pid, ControlTerminal{slave});
    const Pid job = world.spawn(pid, {.group = Pid{0}});
    world.value(pid, SetForeground{slave, job});
    EXPECT_EQ(world.value(pid, GetForeground{master}), job.value);
    world.handle(job, Signal::Interrupt);
    world.write(pid, master, "x\x03");
    EXPECT_EQ(world.actions<DeliverSignal>().back().pid, job);
    EXPECT_EQ(world.read(pid, master), "^C");
    world.write(pid, master, "\x1a");
    EXPECT_EQ(world.call(pid, Wait{job, kUntraced}).second, stopStatus(Signal::TerminalStop));
    world.kill(pid, job, Signal::Continue);
    world.write(pid, master, "\x1c");
    EXPECT_EQ(world.call(pid, Wait{job, 0}).second, signalStatus(Signal::Quit));
}

TEST_F(Terminals, TheBackgroundDoesNotRead) {
    world.value(pid, ControlTerminal{slave});
    const Pid job = world.spawn(pid, {.group = Pid{0}});
    const Ticket reading = world.post(job, Read{slave, 5});
    EXPECT_EQ(world.call(pid, Wait{job, kUntraced}).second, stopStatus(Signal::TerminalInput));
    world.value(pid, SetForeground{slave, job});
    world.kill(pid, job, Signal::Continue);
    EXPECT_FALSE(world.answer(job, reading));
    world.write(pid, master, "hi\n");
    EXPECT_EQ(world.answer(job, reading)->data.text(), "hi\n");
    const Pid deaf = world.spawn(pid, {.group = Pid{0}});
    world.ignore(deaf, Signal::TerminalInput);
    EXPECT_EQ(world.error(deaf, Read{slave, 5}), Errno::Io);
    world.write(deaf, slave, "output is free");
}

TEST_F(Terminals, TheBackgroundMayBeKeptFromWriting) {
    world.value(pid, ControlTerminal{slave});
    TerminalSettings strict = settings();
    strict.local |= kStopOutput;
    set(strict);
    const Pid job = world.spawn(pid, {.group = Pid{0}});
    const Ticket writing = world.post(job, Write{slave, Slice(std::string_view("x"))});
    EXPECT_EQ(world.call(pid, Wait{job, kUntraced}).second, stopStatus(Signal::TerminalOutput));
    EXPECT_FALSE(world.answer(job, writing));
}

TEST_F(Terminals, WhatAKeyEndsIsNoticedByOthers) {
    const Pid shell = *world.kernel.addRoot({.terminal = OutsideHandle{9}});
    const auto [reader, writer] = world.two(shell, MakePipe{});
    const Pid listener = world.spawn(shell, {.new_session = true});
    world.value(listener, Close{writer});
    const Ticket reading = world.post(listener, Read{reader, 1});
    EXPECT_FALSE(world.answer(listener, reading));
    world.kernel.outsideInput({9}, {3});
    EXPECT_EQ(world.answer(listener, reading)->value, 0);
}

TEST_F(Terminals, WhatWaitsIsForgotten) {
    world.write(pid, master, "typed\n");
    world.write(pid, slave, "printed");
    world.value(pid, FlushTerminal{slave, true, false});
    EXPECT_EQ(world.value(pid, Available{slave}), 0);
    EXPECT_EQ(world.read(pid, master), "typed\r\nprinted");
    world.write(pid, slave, "again");
    world.value(pid, FlushTerminal{master, true, false});
    EXPECT_EQ(world.error(pid, FlushTerminal{{77}, true, true}), Errno::BadDescriptor);
    world.write(pid, slave, "more");
    EXPECT_EQ(world.read(pid, master), "more");
    world.write(pid, master, "typed\n");
    world.value(pid, FlushTerminal{master, false, true});
    EXPECT_EQ(world.value(pid, Available{slave}), 0);
}

TEST_F(Terminals, TheWindowHasASize) {
    world.value(pid, ControlTerminal{slave});
    world.handle(pid, Signal::WindowChange);
    world.value(pid, SetWindow{master, 50, 132});
    const Answer window = world.call(pid, GetWindow{slave});
    EXPECT_EQ(window.value, 50);
    EXPECT_EQ(window.second, 132);
    EXPECT_EQ(world.actions<DeliverSignal>().size(), 1U);
    world.value(pid, SetWindow{master, 50, 132});
    EXPECT_TRUE(world.actions<DeliverSignal>().empty());
}

TEST_F(Terminals, HangUp) {
    world.value(pid, ControlTerminal{slave});
    world.handle(pid, Signal::HangUp);
    const Ticket reading = world.post(pid, Read{slave, 5});
    world.value(pid, Close{master});
    EXPECT_EQ(world.actions<DeliverSignal>().front().signal, Signal::HangUp);
    // Interrupted by the signal, or at the end: it is not forgotten.
    EXPECT_TRUE(world.answer(pid, reading));
    EXPECT_EQ(world.read(pid, slave), "");
    EXPECT_EQ(world.error(pid, Write{slave, Bytes{1}}), Errno::Io);
}

TEST_F(Terminals, TheMasterSeesTheLastSlaveGo) {
    world.write(pid, slave, "bye");
    world.value(pid, Close{slave});
    EXPECT_EQ(world.read(pid, master), "bye");
    EXPECT_EQ(world.error(pid, Read{master, 1}), Errno::Io);
    EXPECT_EQ(world.poll(pid, {{master, kReadable}}), (std::vector<uint32_t>{kHangUp}));
}

TEST_F(Terminals, AreOpenedByTheirNames) {
    const Descriptor other = world.descriptor(pid, Open{"/dev/ptmx", kReadWrite});
    EXPECT_EQ(world.value(pid, TerminalNumber{other}), 1);
    EXPECT_EQ(world.error(pid, Open{"/dev/tty", kReadWrite}), Errno::NoSuchDevice);
    const Descriptor its_slave = world.descriptor(pid, Open{"/dev/pts/1", kReadWrite});
    const Descriptor mine = world.descriptor(pid, Open{"/dev/tty", kReadWrite});
    EXPECT_EQ(world.value(pid, TerminalNumber{mine}), 1);
    EXPECT_EQ(world.value(pid, GetForeground{its_slave}), pid.value);
    EXPECT_EQ(world.error(pid, GetForeground{slave}), Errno::NotTerminal);
    EXPECT_EQ(world.error(pid, ControlTerminal{slave}), Errno::NotPermitted);
    for (const char* wrong : {"/dev/pts/9", "/dev/pts/", "/dev/pts/1x", "/dev/null"})
        EXPECT_EQ(world.error(pid, Open{wrong, kReadWrite}), Errno::NoEntry);
    const auto [reader, writer] = world.two(pid, MakePipe{});
    EXPECT_EQ(world.error(pid, GetSettings{reader}), Errno::NotTerminal);
}

TEST_F(Terminals, ASessionsEndHangsItsForegroundUp) {
    const Pid leader = world.spawn(pid, {.new_session = true});
    world.value(leader, ControlTerminal{slave});
    const Pid job = world.spawn(leader);
    world.exit(leader);
    EXPECT_EQ(world.actions<EndProcess>().back().pid, job);
}

TEST_F(Terminals, TheHostMaySitAtOne) {
    const Pid shell = *world.kernel.addRoot({.terminal = OutsideHandle{9}});
    const Ticket reading = world.post(shell, Read{{0}, 10});
    world.kernel.outsideInput({9}, {'h', 'i', '\r'});
    EXPECT_EQ(world.answer(shell, reading)->data.text(), "hi\n");
    world.write(shell, {1}, "out\n");
    std::string output;
    for (const WriteOutside& write : world.actions<WriteOutside>())
        output += write.data.text();
    EXPECT_EQ(output, "hi\r\nout\r\n");
    const Ticket printing = world.post(shell, Write{{1}, Bytes(3 * kPipeCapacity, 'x')});
    EXPECT_FALSE(world.answer(shell, printing));
    for (int round = 0; round < 3; ++round)
        world.kernel.outsideWritten({9}, kPipeCapacity);
    EXPECT_TRUE(world.answer(shell, printing));
    world.kernel.resizeTerminal({9}, 10, 20);
    EXPECT_EQ(world.value(shell, GetWindow{{0}}), 10);
    world.kernel.outsideInput({9}, {3});
    EXPECT_EQ(world.actions<EndProcess>().back().status, signalStatus(Signal::Interrupt));
    world.kernel.outsideEnded({9});
}

TEST_F(Terminals, AKeyThatDropsTheOutputMakesRoomForIt) {
    world.value(pid, ControlTerminal{slave});
    world.ignore(pid, Signal::Interrupt);
    quiet();
    const Ticket printing = world.post(pid, Write{slave, Bytes(kPipeCapacity + 1, 'x')});
    EXPECT_FALSE(world.answer(pid, printing));
    world.write(pid, master, "\x03");
    EXPECT_TRUE(world.answer(pid, printing));
    EXPECT_EQ(world.read(pid, master), "x");
}

TEST_F(Terminals, EnteringLineModeKeepsTheOrder) {
    change(kCanonical);
    world.write(pid, master, "first");
    TerminalSettings lines = settings();
    lines.local |= kCanonical;
    set(lines);
    world.write(pid, master, "then\n");
    EXPECT_EQ(world.read(pid, slave), "first");
    EXPECT_EQ(world.read(pid, slave), "then\n");
}

TEST_F(Terminals, EmptyLinesNeedRoomToo) {
    world.value(pid, Control{master, Control::Command::SetStatus, kNonBlocking});
    EXPECT_LT(world.write(pid, master, std::string(100000, '\x04')), 100000);
    EXPECT_EQ(world.error(pid, Write{master, Bytes{4}}), Errno::Again);
    EXPECT_EQ(world.read(pid, slave), "");
    EXPECT_EQ(world.write(pid, master, "\x04"), 1);
}

TEST_F(Terminals, AFullOneStillHearsKeysThatAreSignals) {
    const Pid shell = *world.kernel.addRoot({.terminal = OutsideHandle{9}});
    world.kernel.outsideInput({9}, Bytes(100000, '\n'));
    Bytes typed(10, 'x');
    typed.push_back(3);
    world.kernel.outsideInput({9}, typed);
    EXPECT_EQ(world.actions<EndProcess>().back().pid, shell);
}

TEST_F(Terminals, WhoHasClosedItHearsOfItsEndToo) {
    const Pid leader = world.spawn(pid, {.new_session = true});
    world.value(leader, ControlTerminal{slave});
    world.value(leader, CloseRange{{0}, {100}});
    world.value(pid, Close{slave});
    world.value(pid, Close{master});
    EXPECT_EQ(world.call(pid, Wait{leader, 0}).second, signalStatus(Signal::HangUp));
}

struct Impatient : Terminals {
    static constexpr Time kUnit = 100'000'000;

    void limit(uint8_t minimum, uint8_t time) {
        TerminalSettings raw = settings();
        raw.local = 0;
        raw.characters[kMinimumCharacter] = minimum;
        raw.characters[kTimeCharacter] = time;
        set(raw);
    }
};

TEST_F(Impatient, AReaderThatNeedsNothingWaitsForAWhile) {
    limit(0, 3);
    const Ticket vain = world.post(pid, Read{slave, 9});
    world.kernel.advance(3 * kUnit - 1);
    EXPECT_FALSE(world.answer(pid, vain));
    world.kernel.advance(3 * kUnit);
    EXPECT_EQ(world.answer(pid, vain)->value, 0);
    const Ticket reading = world.post(pid, Read{slave, 9});
    world.write(pid, master, "ab");
    EXPECT_EQ(world.answer(pid, reading)->data.text(), "ab");
    EXPECT_FALSE(world.kernel.nextDeadline());
    limit(0, 0);
    EXPECT_EQ(world.read(pid, slave), "");
}

TEST_F(Impatient, AReaderThatNeedsSomeWaitsBetweenBytes) {
    limit(4, 2);
    const Ticket reading = world.post(pid, Read{slave, 9});
    EXPECT_FALSE(world.kernel.nextDeadline());
    world.kernel.advance(10 * kUnit);
    world.write(pid, master, "a");
    EXPECT_EQ(world.poll(pid, {{slave, kReadable}}), (std::vector<uint32_t>{kReadable}));
    world.kernel.advance(11 * kUnit);
    world.write(pid, master, "b");
    world.kernel.advance(12 * kUnit);
    EXPECT_FALSE(world.answer(pid, reading));
    world.kernel.advance(13 * kUnit);
    EXPECT_EQ(world.answer(pid, reading)->data.text(), "ab");
    world.write(pid, master, "abcd");
    EXPECT_EQ(world.read(pid, slave), "abcd");
}

TEST_F(Impatient, WhoMayNotWaitTakesWhatThereIs) {
    limit(4, 0);
    world.value(pid, Control{slave, Control::Command::SetStatus, kNonBlocking});
    EXPECT_EQ(world.error(pid, Read{slave, 9}), Errno::Again);
    world.write(pid, master, "ab");
    EXPECT_EQ(world.read(pid, slave), "ab");
}

TEST_F(Impatient, AReaderHearsOfNewSettings) {
    limit(4, 0);
    const Ticket reading = world.post(pid, Read{slave, 9});
    limit(0, 0);
    EXPECT_EQ(world.answer(pid, reading)->value, 0);
}

}  // namespace
}  // namespace taipan::kernel
