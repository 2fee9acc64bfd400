// SPDX-License-Identifier: Apache-2.0
//
// A side is open while its file is.
#include "kernel/terminal_file.h"

#include <utility>

namespace taipan::kernel {

TerminalMaster::TerminalMaster(FileCount& count, uint32_t flags, std::shared_ptr<Terminal> terminal)
    : OpenFile(kKind, count, (flags & kNonBlocking) | kReadWrite), terminal_(std::move(terminal)) {
    terminal_->setMaster(&queue);
}

TerminalMaster::~TerminalMaster() {
    terminal_->closeMaster();
}

TerminalSlave::TerminalSlave(FileCount& count, uint32_t flags, std::shared_ptr<Terminal> terminal)
    : OpenFile(kKind, count, flags & (kNonBlocking | kAccessMode)), terminal_(std::move(terminal)) {
    terminal_->addSlave(&queue);
}

TerminalSlave::~TerminalSlave() {
    terminal_->removeSlave(&queue);
}

}  // namespace taipan::kernel
