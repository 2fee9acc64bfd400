// SPDX-License-Identifier: Apache-2.0
//
// All processes, and what can be asked about families, groups and sessions.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "kernel/limits.h"
#include "kernel/process.h"

namespace taipan::kernel {

class ProcessTable {
  public:
    explicit ProcessTable(const Limits& limits) : limits_(limits) {}

    /// Again when there are too many. A pid is not used again while a process, group or session has it.
    /// `wanted` is Exists then.
    Result<Process*> add(std::optional<Pid> wanted = {});
    /// The process is kept until forgetRemoved(), because its own call may be what removes it.
    void remove(Pid pid);
    void forgetRemoved() { removed_.clear(); }

    Process* find(Pid pid) const;
    size_t size() const { return processes_.size(); }
    std::vector<Process*> all() const;
    std::vector<Process*> children(Pid parent) const;
    std::vector<Process*> group(Pid group) const;
    /// Nobody in the group has a parent who could look after it: in its session, but in another group.
    bool orphaned(Pid group) const;

  private:
    Process* insert(Pid pid);
    bool used(Pid pid) const;
    template <class Condition>
    std::vector<Process*> where(Condition condition) const;

    const Limits& limits_;
    std::map<Pid, std::unique_ptr<Process>> processes_;
    std::vector<std::unique_ptr<Process>> removed_;
    Pid last_ = kInit;
};

}  // namespace taipan::kernel
