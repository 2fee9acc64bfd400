// SPDX-License-Identifier: Apache-2.0
//
// What the kernel wants of the host.
#pragma once

#include <string>
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
};

/// The process is over, with a status of wait(2); `running` when its Worker must be ended.
struct EndProcess {
    Pid pid{};
    int32_t status = 0;
    bool running = true;
};

/// The process has a handler for it; a process of the host's own gets every signal so.
struct DeliverSignal {
    Pid pid{};
    Signal signal = Signal::None;
    Pid sender{};
};

/// For show: a stopped process waits for its next reply until it is continued.
struct StopProcess {
    Pid pid{};
};
struct ContinueProcess {
    Pid pid{};
};

/// To be confirmed with Kernel::outsideWritten.
struct WriteOutside {
    OutsideHandle handle{};
    Slice data{};
};

/// Somebody waits for input; answered once, with Kernel::outsideInput or outsideEnded.
struct ReadOutside {
    OutsideHandle handle{};
};

/// No descriptor refers to it any more.
struct CloseOutside {
    OutsideHandle handle{};
};

using Action = std::variant<StartProcess, EndProcess, DeliverSignal, StopProcess, ContinueProcess,
                            WriteOutside, ReadOutside, CloseOutside>;

}  // namespace taipan::kernel
