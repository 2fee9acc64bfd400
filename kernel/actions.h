// SPDX-License-Identifier: Apache-2.0
//
// What the kernel wants of the host.
#pragma once

#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "kernel/byte_queue.h"
#include "kernel/ids.h"
#include "kernel/open_file.h"
#include "kernel/signals.h"

namespace taipan::kernel {

struct StartProcess {
    struct Open {
        Descriptor descriptor{};
        FileKind kind = FileKind::Outside;
        /// Where the kind is Outside.
        OutsideHandle handle{};
        static constexpr auto fields() { return std::tuple{&Open::descriptor, &Open::kind, &Open::handle}; }
    };
    Pid pid{};
    std::string image{};
    std::vector<std::string> arguments{};
    std::vector<std::string> environment{};
    std::string directory{};
    std::vector<Open> descriptors{};
    /// As a process of the host's own.
    bool outside = false;
    /// The pid has a program already, which this one replaces.
    bool replaces = false;
    /// The request's.
    Slice note{};
    static constexpr auto fields() {
        return std::tuple{&StartProcess::pid,         &StartProcess::image,     &StartProcess::arguments,
                          &StartProcess::environment, &StartProcess::directory, &StartProcess::descriptors,
                          &StartProcess::outside,     &StartProcess::replaces,  &StartProcess::note};
    }
};

/// The process is over, with a status of wait(2); `running` when its Worker must be ended.
struct EndProcess {
    Pid pid{};
    int32_t status = 0;
    bool running = true;
    static constexpr auto fields() {
        return std::tuple{&EndProcess::pid, &EndProcess::status, &EndProcess::running};
    }
};

/// The process has a handler for it; a process of the host's own gets every signal so.
struct DeliverSignal {
    Pid pid{};
    Signal signal = Signal::None;
    Pid sender{};
    static constexpr auto fields() {
        return std::tuple{&DeliverSignal::pid, &DeliverSignal::signal, &DeliverSignal::sender};
    }
};

/// For show: a stopped process waits for its next reply until it is continued.
struct StopProcess {
    Pid pid{};
    static constexpr auto fields() { return std::tuple{&StopProcess::pid}; }
};
struct ContinueProcess {
    Pid pid{};
    static constexpr auto fields() { return std::tuple{&ContinueProcess::pid}; }
};

/// To be confirmed with Kernel::outsideWritten.
struct WriteOutside {
    OutsideHandle handle{};
    Slice data{};
    static constexpr auto fields() { return std::tuple{&WriteOutside::handle, &WriteOutside::data}; }
};

/// Somebody waits for input; answered once, with Kernel::outsideInput or outsideEnded.
struct ReadOutside {
    OutsideHandle handle{};
    static constexpr auto fields() { return std::tuple{&ReadOutside::handle}; }
};

/// A file that a process has open under the handle is to be kept open by the host itself, with flags of open:
/// answered once, with Kernel::fileKept. The process keeps it open until then.
struct KeepFile {
    uint32_t number = 0;
    OutsideHandle handle{};
    uint32_t flags = 0;
    static constexpr auto fields() {
        return std::tuple{&KeepFile::number, &KeepFile::handle, &KeepFile::flags};
    }
};

/// Nobody has it any more: no descriptor, and no message that it would be sent with.
struct CloseOutside {
    OutsideHandle handle{};
    static constexpr auto fields() { return std::tuple{&CloseOutside::handle}; }
};

/// In the order in which a host that reads bytes knows them (web/kernel/kernel.ts).
using Action = std::variant<StartProcess, EndProcess, DeliverSignal, StopProcess, ContinueProcess,
                            WriteOutside, ReadOutside, CloseOutside, KeepFile>;

}  // namespace taipan::kernel
