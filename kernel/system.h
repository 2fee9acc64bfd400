// SPDX-License-Identifier: Apache-2.0
//
// The kernel inside: all tables, and the rules that concern more than one of them. Calls are in system.cpp,
// the lives of processes in life.cpp; the requests themselves in calls_*.cpp.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "kernel/actions.h"
#include "kernel/call.h"
#include "kernel/file_locks.h"
#include "kernel/kept_file.h"
#include "kernel/limits.h"
#include "kernel/lockable.h"
#include "kernel/name_table.h"
#include "kernel/network.h"
#include "kernel/outside.h"
#include "kernel/process_table.h"
#include "kernel/rights.h"
#include "kernel/semaphore.h"
#include "kernel/shared_block.h"
#include "kernel/terminal_table.h"
#include "kernel/timers.h"

namespace taipan::kernel {

class System {
  public:
    explicit System(const Limits& limits);
    System(const System&) = delete;
    System& operator=(const System&) = delete;
    ~System();

    // Calls.
    void start(Process& process, Ticket ticket, Request request);
    /// Tries what may be answered now, until nothing more can.
    void settle();
    void interrupt(Process& process, bool restart);
    void interrupt(Call& call, bool restart);
    Call* findCall(const Process& process, Ticket ticket) const;
    void advance(Time now);
    size_t waiting() const { return calls_.size(); }
    /// For tests: whether some waiting call would be answered if it were tried again.
    bool tryAll();

    // Processes.
    Result<Process*> addProcess(Pid parent, std::optional<Pid> pid = {});
    void finish(Process& process, int32_t status, bool running);
    void reap(Process& zombie);
    /// It could not be started: as if it had never been.
    void abandon(Process& process);
    /// The process begins anew, with another program and what that gets of its descriptors.
    void replace(Process& process, DescriptorTable descriptors);
    void raise(Process& process, Signal signal, Pid sender);
    void raiseGroup(Pid group, Signal signal, Pid sender);
    /// Lets signals act that are pending and not blocked.
    void deliver(Process& process);

    // Descriptors.
    template <class T, class... Arguments>
    Result<std::shared_ptr<T>> make(Arguments&&... arguments) {
        if (files.open >= files.limit)
            return fail(Errno::SystemFiles);
        return std::make_shared<T>(files, std::forward<Arguments>(arguments)...);
    }
    /// Closing any descriptor of a file gives up the process's record locks on it.
    void closed(const Process& process, const FileRef& file);
    Result<FileRef> outsideFile(const OutsideFile& file);

    /// Output of the host's own terminals and signals of all. Whether there were signals.
    bool flushTerminals();

    const Limits limits;
    Time now = 0;
    FileCount files;
    SharedUse shared;
    Transit transit;
    std::deque<Reply> replies;
    std::deque<Action> actions;
    TimerQueue timers;
    Network network;
    FileLocks locks;
    NameTable<Semaphore> semaphores;
    NameTable<SharedBlock> blocks;
    TerminalTable terminals;
    std::map<OutsideHandle, std::weak_ptr<Outside>> outside;
    /// Files of which the host has not said yet whether it keeps them.
    std::map<uint32_t, std::weak_ptr<KeptFile>> undecided;
    uint32_t last_kept = 0;
    ProcessTable processes;

  private:
    void attempt(Call& call);
    void answer(Call& call, Answer answer);
    void drop(Process& process);
    void remove(Call& call);
    void restoreMask(const Call& call);
    /// Closes what was on its way to nobody. Whether there was any.
    bool closeDropped();
    /// Drops what is on its way to a socket that can be reached only by what is on its way to it.
    void dropLost();

    SignalSet awaited(const Process& process) const;
    void act(Process& process, Signal signal, Pid sender);
    void stop(Process& process, Signal signal);
    void resume(Process& process);
    void tellParent(Process& process, bool stopped);
    void orphanChildren(Process& process);
    /// The groups that the process keeps from being orphaned.
    std::vector<Pid> guardedGroups(const Process& process) const;
    void wakeOrphans(const std::vector<Pid>& groups);
    void loseTerminal(Process& leader);

    std::deque<CallId> ready_;
    std::map<CallId, std::unique_ptr<Call>> calls_;
    /// Calls that are over, until the end of the step: one of them may be what runs.
    std::vector<std::unique_ptr<Call>> finished_;
    CallId last_call_{0};
};

}  // namespace taipan::kernel
