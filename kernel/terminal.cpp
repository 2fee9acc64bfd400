// SPDX-License-Identifier: Apache-2.0
//
// The line discipline.
#include "kernel/terminal.h"

#include <algorithm>
#include <array>

#include "kernel/channel.h"

namespace taipan::kernel {

namespace {

constexpr size_t kInputCapacity = size_t{16} * 1024;
constexpr size_t kLongestLine = 4095;

bool isControl(uint8_t byte) {
    return byte < 0x20 || byte == 0x7f;
}

/// A byte inside of a UTF-8 character.
bool continues(char byte) {
    return (static_cast<uint8_t>(byte) & 0xc0U) == 0x80;
}

}  // namespace

void Terminal::tellMaster(uint32_t events) {
    if (master_ != nullptr)
        master_->notify(events);
}

void Terminal::tellSlaves(uint32_t events) {
    for (WaitQueue* slave : slaves_)
        slave->notify(events);
}

Result<size_t> Terminal::type(Slice& data) {
    const std::span<const uint8_t> bytes = data.view();
    size_t count = 0;
    // Signals need no room.
    while (count < bytes.size() && (stored() < kInputCapacity || signalOf(bytes[count])))
        typeByte(bytes[count++]);
    if (count == 0 && !data.empty())
        return fail(Errno::Again);
    (void)data.takeFront(count);
    if (inputReady())
        tellSlaves(kReadable);
    return count;
}

void Terminal::typeByte(uint8_t byte) {
    if (const std::optional<Signal> due = signalOf(byte))
        return signal(byte, *due);
    if (byte == '\r' && (settings_.input & kIgnoreReturn) != 0)
        return;
    if (byte == '\r' && (settings_.input & kReturnToNewline) != 0)
        byte = '\n';
    else if (byte == '\n' && (settings_.input & kNewlineToReturn) != 0)
        byte = '\r';
    if (has(kCanonical)) {
        editLine(byte);
        return;
    }
    raw_.push(Bytes{byte});
    echo(byte);
}

std::optional<Signal> Terminal::signalOf(uint8_t byte) const {
    if (!has(kSignals))
        return std::nullopt;
    if (is(byte, kInterruptCharacter))
        return Signal::Interrupt;
    if (is(byte, kQuitCharacter))
        return Signal::Quit;
    return is(byte, kSuspendCharacter) ? std::optional(Signal::TerminalStop) : std::nullopt;
}

void Terminal::signal(uint8_t byte, Signal signal) {
    if (!has(kNoFlush)) {
        flushInput();
        flushOutput();
    }
    echo(byte);
    if (foreground != Pid{})
        signals_.emplace_back(foreground, signal);
}

void Terminal::editLine(uint8_t byte) {
    if (is(byte, kEraseCharacter))
        return eraseCharacter();
    if (is(byte, kWordEraseCharacter))
        return eraseWord();
    if (is(byte, kKillCharacter))
        return killLine();
    if (is(byte, kEndCharacter))
        return endLine();
    const bool ends = byte == '\n' || is(byte, kEndOfLineCharacter);
    if (!ends && line_.size() >= kLongestLine)
        return put('\a');
    line_.push_back(static_cast<char>(byte));
    if (byte == '\n' && !has(kEcho) && has(kEchoNewline))
        put(byte);
    echo(byte);
    if (ends)
        endLine();
}

/// An empty line is the end of input, once.
void Terminal::endLine() {
    ready_bytes_ += line_.size();
    lines_.push_back(std::exchange(line_, {}));
}

void Terminal::eraseCharacter() {
    if (line_.empty())
        return;
    while (line_.size() > 1 && continues(line_.back()))
        line_.pop_back();
    const bool wide = isControl(static_cast<uint8_t>(line_.back()));
    line_.pop_back();
    if (!has(kEcho) || !has(kEchoErase))
        return;
    for (int columns = wide && has(kEchoControl) ? 2 : 1; columns > 0; --columns) {
        for (const uint8_t byte : std::array<uint8_t, 3>{'\b', ' ', '\b'})
            put(byte);
    }
}

void Terminal::eraseWord() {
    while (!line_.empty() && line_.back() == ' ')
        eraseCharacter();
    while (!line_.empty() && line_.back() != ' ')
        eraseCharacter();
}

void Terminal::killLine() {
    while (!line_.empty())
        eraseCharacter();
}

void Terminal::echo(uint8_t byte) {
    if (!has(kEcho))
        return;
    if (isControl(byte) && byte != '\n' && byte != '\t' && has(kEchoControl)) {
        put('^');
        put(byte ^ 0x40U);
        return;
    }
    put(byte);
}

/// One byte of output, as the settings want it.
void Terminal::put(uint8_t byte) {
    // Nobody may be there to read what is echoed.
    if (output_.size() >= 2 * kPipeCapacity)
        return;
    const uint32_t wanted = kProcessOutput | kNewlineToReturnNewline;
    if (byte == '\n' && (settings_.output & wanted) == wanted)
        output_.push(Bytes{'\r', '\n'});
    else
        output_.push(Bytes{byte});
    tellMaster(kReadable);
}

void Terminal::flushInput() {
    line_.clear();
    lines_.clear();
    ready_bytes_ = 0;
    raw_.clear();
    tellMaster(kWritable);
}

void Terminal::flushOutput() {
    output_.clear();
    tellSlaves(kWritable);
}

bool Terminal::inputReady() const {
    const size_t enough = patience() > 0 ? 1 : minimum();
    return master_closed_ || !lines_.empty() || (!raw_.empty() && raw_.size() >= enough);
}

size_t Terminal::minimum() const {
    const size_t wanted = control(kMinimumCharacter);
    return has(kCanonical) || patience() > 0 ? std::max<size_t>(wanted, 1) : wanted;
}

Time Terminal::patience() const {
    constexpr Time kUnit = 100'000'000;
    return has(kCanonical) ? 0 : kUnit * control(kTimeCharacter);
}

size_t Terminal::available() const {
    return (lines_.empty() ? 0 : lines_.front().size()) + raw_.size();
}

Result<Slice> Terminal::read(size_t count) {
    if (count == 0)
        return Slice();
    if (!lines_.empty()) {
        std::string& line = lines_.front();
        Slice taken{std::string_view(line).substr(0, count)};
        line.erase(0, taken.size());
        ready_bytes_ -= taken.size();
        if (line.empty())
            lines_.pop_front();
        tellMaster(kWritable);
        return taken;
    }
    if (raw_.size() < std::min(minimum(), count) && !master_closed_)
        return fail(Errno::Again);
    return takeRaw(count);
}

Result<Slice> Terminal::readAny(size_t count) {
    return raw_.empty() ? read(count) : takeRaw(count);
}

Slice Terminal::takeRaw(size_t count) {
    Slice taken = raw_.take(count);
    tellMaster(kWritable);
    return taken;
}

Result<size_t> Terminal::print(Slice& data) {
    if (master_closed_)
        return fail(Errno::Io);
    if (data.empty())
        return size_t{0};
    if (output_.size() >= kPipeCapacity)
        return fail(Errno::Again);
    const Slice part = data.takeFront(std::min(data.size(), kPipeCapacity - output_.size()));
    const uint32_t wanted = kProcessOutput | kNewlineToReturnNewline;
    if ((settings_.output & wanted) != wanted) {
        output_.push(part);
    } else {
        Bytes cooked;
        cooked.reserve(part.size() + part.size() / 8);
        for (const uint8_t byte : part.view()) {
            if (byte == '\n')
                cooked.push_back('\r');
            cooked.push_back(byte);
        }
        output_.push(std::move(cooked));
    }
    tellMaster(kReadable);
    return part.size();
}

Result<Slice> Terminal::takeOutput(size_t count) {
    if (count == 0)
        return Slice();
    if (output_.empty())
        return had_slave_ && slaves_.empty() ? fail(Errno::Io) : fail(Errno::Again);
    Slice taken = output_.take(count);
    tellSlaves(kWritable);
    return taken;
}

uint32_t Terminal::masterEvents() const {
    return (output_.empty() ? 0U : kReadable) | (stored() < kInputCapacity ? kWritable : 0U) |
           (had_slave_ && slaves_.empty() ? kHangUp : 0U);
}

uint32_t Terminal::slaveEvents() const {
    return (inputReady() ? kReadable : 0U) | (output_.size() < kPipeCapacity ? kWritable : 0U) |
           (master_closed_ ? kHangUp | kError : 0U);
}

void Terminal::addSlave(WaitQueue* queue) {
    slaves_.push_back(queue);
    had_slave_ = true;
}

void Terminal::removeSlave(WaitQueue* queue) {
    std::erase(slaves_, queue);
    if (slaves_.empty())
        tellMaster(kHangUp | kReadable);
}

void Terminal::closeMaster() {
    master_ = nullptr;
    master_closed_ = true;
    output_.clear();
    tellSlaves(kAnyEvent);
    for (const Pid group : {session, foreground == session ? Pid{} : foreground}) {
        if (group == Pid{})
            continue;
        signals_.emplace_back(group, Signal::HangUp);
        signals_.emplace_back(group, Signal::Continue);
    }
}

void Terminal::setSettings(const TerminalSettings& settings, bool flush) {
    if (flush)
        flushInput();
    const bool had_lines = has(kCanonical);
    settings_ = settings;
    if (!had_lines && has(kCanonical) && !raw_.empty()) {
        // It was typed before what comes now, and is read before it.
        const Slice typed = raw_.take(raw_.size());
        ready_bytes_ += typed.size();
        lines_.emplace_back(typed.text());
    }
    if (had_lines && !has(kCanonical)) {
        for (const std::string& line : std::exchange(lines_, {}))
            raw_.push(Slice(std::string_view(line)));
        ready_bytes_ = 0;
        raw_.push(Slice(std::string_view(line_)));
        line_.clear();
    }
    // What is enough may be another now.
    tellSlaves(kReadable);
}

void Terminal::setWindow(uint16_t rows, uint16_t columns) {
    if (rows == rows_ && columns == columns_)
        return;
    rows_ = rows;
    columns_ = columns;
    if (foreground != Pid{})
        signals_.emplace_back(foreground, Signal::WindowChange);
}

}  // namespace taipan::kernel
