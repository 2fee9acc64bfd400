// SPDX-License-Identifier: Apache-2.0
//
// A pseudo terminal: what is typed at the master becomes lines and signals, what the slave prints becomes
// output.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "kernel/byte_queue.h"
#include "kernel/ids.h"
#include "kernel/result.h"
#include "kernel/signals.h"
#include "kernel/terminal_settings.h"
#include "kernel/wait_queue.h"

namespace taipan::kernel {

class Terminal {
  public:
    /// A signal that is due to a process group.
    using DueSignal = std::pair<Pid, Signal>;

    /// Signals go to `due`, which outlives the terminal: the last of them is that it is gone.
    Terminal(uint32_t number, std::vector<DueSignal>& due) : number_(number), signals_(due) {}

    // The master's side.
    Result<size_t> type(Slice& data);
    Result<Slice> takeOutput(size_t count);
    uint32_t masterEvents() const;
    void closeMaster();
    void setMaster(WaitQueue* queue) { master_ = queue; }

    // The slave's side.
    Result<Slice> read(size_t count);
    /// The same, but any byte is enough.
    Result<Slice> readAny(size_t count);
    /// VTIME: how long a reader waits, from its call on or, when it needs more than one byte, from each byte
    /// on.
    Time patience() const;
    bool needsBytes() const { return control(kMinimumCharacter) > 0; }
    Result<size_t> print(Slice& data);
    uint32_t slaveEvents() const;
    void addSlave(WaitQueue* queue);
    void removeSlave(WaitQueue* queue);
    size_t available() const;

    const TerminalSettings& settings() const { return settings_; }
    void setSettings(const TerminalSettings& settings, bool flush);
    void flushInput();
    void flushOutput();
    bool drained() const { return output_.empty(); }
    void setWindow(uint16_t rows, uint16_t columns);
    uint16_t rows() const { return rows_; }
    uint16_t columns() const { return columns_; }
    uint32_t number() const { return number_; }
    bool masterClosed() const { return master_closed_; }

    /// Whose controlling terminal it is, and which group of it reads; 0 for none.
    Pid session;
    Pid foreground;

  private:
    bool has(LocalFlags flag) const { return (settings_.local & flag) != 0; }
    uint8_t control(ControlCharacter which) const { return settings_.characters[which]; }
    bool is(uint8_t byte, ControlCharacter which) const { return byte != 0 && byte == control(which); }
    /// A line counts for itself, too: it may be empty.
    size_t stored() const { return line_.size() + ready_bytes_ + lines_.size() + raw_.size(); }
    size_t minimum() const;
    Slice takeRaw(size_t count);

    void typeByte(uint8_t byte);
    std::optional<Signal> signalOf(uint8_t byte) const;
    void signal(uint8_t byte, Signal signal);
    void editLine(uint8_t byte);
    void endLine();
    void eraseCharacter();
    void eraseWord();
    void killLine();
    void echo(uint8_t byte);
    void put(uint8_t byte);
    size_t printable(const Slice& data) const;
    bool inputReady() const;
    void tellMaster(uint32_t events);
    void tellSlaves(uint32_t events);

    const uint32_t number_;
    TerminalSettings settings_;
    uint16_t rows_ = 24;
    uint16_t columns_ = 80;
    /// The line that is being edited, whole lines, and in their place what comes without lines.
    std::string line_;
    std::deque<std::string> lines_;
    size_t ready_bytes_ = 0;
    ByteQueue raw_;
    ByteQueue output_;
    std::vector<DueSignal>& signals_;
    WaitQueue* master_ = nullptr;
    std::vector<WaitQueue*> slaves_;
    bool master_closed_ = false;
    bool had_slave_ = false;
};

}  // namespace taipan::kernel
