// SPDX-License-Identifier: Apache-2.0
//
// How calls start, wait, are interrupted and are answered.
#include "kernel/system.h"

#include <algorithm>
#include <set>
#include <utility>

#include "kernel/calls.h"

namespace taipan::kernel {

namespace {

/// What of the requests goes on after a handler with SA_RESTART.
template <class T>
constexpr bool kRestarts = true;
template <>
constexpr bool kRestarts<Poll> = false;
template <>
constexpr bool kRestarts<WaitEpoll> = false;
/// It goes on by itself; who made it again would be told that it has been made.
template <>
constexpr bool kRestarts<Connect> = false;
template <>
constexpr bool kRestarts<Sleep> = false;
template <>
constexpr bool kRestarts<WaitSignal> = false;
template <>
constexpr bool kRestarts<Suspend> = false;

template <class T>
constexpr bool kIsIo = std::is_same_v<T, Write> || std::is_same_v<T, Send>;

/// Bytes that are already written count more than why there are no others.
Answer ended(const Call& call, Errno why) {
    const bool io = std::visit([]<class T>(const T&) { return kIsIo<T>; }, call.request);
    if (io && call.progress > 0)
        return Answer{.value = static_cast<int64_t>(call.progress)};
    return Answer{.error = why};
}

Answer interruption(const System& system, const Call& call, bool restart) {
    Answer answer = ended(call, Errno::Interrupted);
    if (answer.error == Errno::None)
        return answer;
    const bool restarts = std::visit([]<class T>(const T&) { return kRestarts<T>; }, call.request);
    // Made again, its time would begin anew.
    const bool timed = call.timed && std::holds_alternative<WaitSemaphore>(call.request);
    answer.again = restart && restarts && !timed;
    if (const auto deadline = system.timers.deadline(call.id))
        answer.second = std::max<int64_t>(0, *deadline - system.now);
    return answer;
}

Outcome dispatch(Context& context) {
    return std::visit(
        [&]<class T>(T& request) -> Outcome {
            if constexpr (std::is_same_v<T, std::monostate>)
                return fail(Errno::NotImplemented);
            else
                return handle(context, request);
        },
        context.call.request);
}

}  // namespace

System::System(const Limits& chosen)
    : limits(chosen),
      files{0, chosen.open_files},
      shared{.limit = chosen.shared_bytes},
      transit(chosen.passed_files),
      locks(limits),
      semaphores(limits.semaphores),
      blocks(limits.blocks),
      terminals(limits),
      processes(limits) {}

System::~System() {
    // Files notify while they go; nobody may be listening who is half gone.
    calls_.clear();
    finished_.clear();
    transit.dropAll();
}

void System::start(Process& process, Ticket ticket, Request request) {
    last_call_.value++;
    auto owned = std::make_unique<Call>(last_call_, process.pid, ticket, std::move(request), ready_);
    Call& call = *owned;
    calls_.emplace(call.id, std::move(owned));
    process.calls.push_back(call.id);
    // While it runs, only those count that wait: a process full of them may still end.
    if (process.state == ProcessState::Stopped && process.calls.size() > limits.calls)
        answer(call, Answer{.error = Errno::Again});
    else
        call.tryAgain();
}

void System::settle() {
    do {
        while (!ready_.empty()) {
            const CallId id = ready_.front();
            ready_.pop_front();
            if (const auto found = calls_.find(id); found != calls_.end())
                attempt(*found->second);
        }
    } while (flushTerminals() || closeDropped() || !ready_.empty());
    finished_.clear();
    processes.forgetRemoved();
}

void System::attempt(Call& call) {
    call.beginAttempt();
    Process* process = processes.find(call.pid);
    if (process->state == ProcessState::Stopped)
        return;  // resume() tries all of its calls.
    Context context{*this, *process, call};
    call.active = true;
    call.interrupted.reset();
    Outcome outcome = dispatch(context);
    call.active = false;
    if (call.dropped)
        return;
    if (!outcome.waits())
        answer(call, outcome.take());
    else if (call.interrupted)
        interrupt(call, *call.interrupted);
    else if (!std::exchange(call.parked, true) && process->calls.size() > limits.calls)
        answer(call, ended(call, Errno::Again));
}

void System::answer(Call& call, Answer answer) {
    Process& process = *processes.find(call.pid);
    Reply reply{call.pid, call.ticket, std::move(answer), shared.changes};
    remove(call);
    if (process.state == ProcessState::Stopped)
        process.held_replies.push_back(std::move(reply));
    else
        replies.push_back(std::move(reply));
    // What came while it was blocked, or awaited by this very call.
    deliver(process);
}

void System::remove(Call& call) {
    call.leaveAll();
    if (std::holds_alternative<LockRecord>(call.request))
        locks.waitsNoMore(call.pid);
    if (!call.files.empty() && call.files.front() != nullptr) {
        if (const auto file = as<Lockable>(call.files.front()))
            locks.forgetIdle(file->id());
    }
    if (call.parked)
        transit.noteClosed();
    call.files.clear();
    call.rights.reset();
    timers.cancel(call.id);
    restoreMask(call);
    std::erase(processes.find(call.pid)->calls, call.id);
    const auto found = calls_.find(call.id);
    finished_.push_back(std::move(found->second));
    calls_.erase(found);
}

/// Calls may end in any order: a later one's mask stays, and what it will restore is what was there before
/// both.
void System::restoreMask(const Call& call) {
    if (!call.saved_mask)
        return;
    Process& process = *processes.find(call.pid);
    for (const CallId id : process.calls) {
        Call& later = *calls_.at(id);
        if (id > call.id && later.saved_mask) {
            later.saved_mask = call.saved_mask;
            return;
        }
    }
    process.signals.setBlocked(*call.saved_mask);
}

void System::drop(Process& process) {
    for (const CallId id : std::vector<CallId>(process.calls)) {
        Call& call = *calls_.at(id);
        call.dropped = true;
        remove(call);
    }
    std::erase_if(replies, [&](const Reply& reply) { return reply.pid == process.pid; });
    process.held_replies.clear();
}

void System::interrupt(Process& process, bool restart) {
    for (const CallId id : std::vector<CallId>(process.calls)) {
        if (const auto found = calls_.find(id); found != calls_.end())
            interrupt(*found->second, restart);
    }
}

void System::interrupt(Call& call, bool restart) {
    if (call.active)
        call.interrupted = restart;
    else
        answer(call, interruption(*this, call, restart));
}

bool System::closeDropped() {
    if (transit.mayBeLost())
        dropLost();
    transit.noteLooked();
    std::vector<FileRef> dropped = transit.takeDropped();
    const bool any = !dropped.empty();
    dropped.clear();
    return any;
}

void System::dropLost() {
    std::set<const OpenFile*> found;
    std::vector<const OpenFile*> open;
    std::set<const Rights*> reached;
    const auto find = [&](const FileRef& file) {
        if (file != nullptr && found.insert(file.get()).second)
            open.push_back(file.get());
    };
    const auto reach = [&](const Rights& rights) {
        if (reached.insert(&rights).second)
            std::ranges::for_each(rights.files(), find);
    };
    for (const Process* process : processes.all()) {
        for (const auto& [descriptor, slot] : process->descriptors.slots())
            find(slot.file);
    }
    for (const auto& [id, call] : calls_) {
        std::ranges::for_each(call->files, find);
        if (call->rights != nullptr)
            reach(*call->rights);
    }
    while (!open.empty()) {
        const OpenFile* const file = open.back();
        open.pop_back();
        for (const Rights* const rights : file->arriving())
            reach(*rights);
    }
    for (const auto& [id, rights] : transit.all()) {
        if (!reached.contains(rights))
            rights->drop();
    }
}

Call* System::findCall(const Process& process, Ticket ticket) const {
    for (const CallId id : process.calls) {
        Call& call = *calls_.at(id);
        if (call.ticket == ticket)
            return &call;
    }
    return nullptr;
}

void System::advance(Time time) {
    now = std::max(now, time);
    while (const auto due = timers.popDue(now)) {
        if (const CallId* id = std::get_if<CallId>(&*due)) {
            Call& call = *calls_.at(*id);
            call.expired = true;
            call.tryAgain();
        } else {
            Process& process = *processes.find(std::get<Pid>(*due));
            // Rings that were missed are one ring.
            const Time next = later(now, process.timer_interval);
            if (process.timer_interval > 0 && next > now)
                timers.arm(process.pid, next);
            raise(process, Signal::Alarm, kInit);
        }
    }
    settle();
}

bool System::tryAll() {
    const size_t before = replies.size();
    for (const auto& [id, call] : calls_)
        call->tryAgain();
    settle();
    return replies.size() != before;
}

void System::closed(const Process& process, const FileRef& file) {
    transit.noteClosed();
    if (const auto lockable = file == nullptr ? nullptr : as<Lockable>(file))
        locks.releaseRecords(lockable->id(), process.pid);
}

Result<FileRef> System::outsideFile(const OutsideFile& file) {
    if (const auto found = outside.find(file.handle); found != outside.end()) {
        if (FileRef known = found->second.lock())
            return known;
    }
    if (outside.size() > 2 * files.open)
        std::erase_if(outside, [](const auto& entry) { return entry.second.expired(); });
    const auto made = KERNEL_TRY(make<Outside>(file, actions));
    outside[file.handle] = made;
    return FileRef(made);
}

}  // namespace taipan::kernel
