// SPDX-License-Identifier: Apache-2.0
//
// Worker threads that take the most urgent ready task.
#include "provision/scheduler.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <set>
#include <thread>

namespace taipan::provision {

namespace {

using Tasks = std::map<std::string, Task>;

/// Seconds from the start of the task to the end of all that waits for it.
double urgency(const Tasks& tasks, const std::string& id, std::map<std::string, double>& known) {
    if (const auto found = known.find(id); found != known.end())
        return found->second;
    double longest = 0;
    for (const auto& [other, task] : tasks) {
        if (std::ranges::find(task.needs, id) != task.needs.end())
            longest = std::max(longest, urgency(tasks, other, known));
    }
    return known[id] = tasks.at(id).seconds + longest;
}

class Schedule {
  public:
    Schedule(const Tasks& tasks, const std::function<Result<void>(const std::string&)>& work)
        : tasks_(tasks), work_(work) {
        for (const auto& [id, task] : tasks) {
            urgency(tasks, id, urgency_);
            waiting_.insert(id);
        }
    }

    void work() {
        std::unique_lock guard(mutex_);
        while (!waiting_.empty() && !error_) {
            const std::optional<std::string> id = mostUrgentReady();
            if (!id) {
                changed_.wait(guard);
                continue;
            }
            waiting_.erase(*id);
            guard.unlock();
            Result<void> result = work_(*id);
            guard.lock();
            if (result) {
                done_.insert(*id);
            } else if (!error_) {
                error_ = std::move(result).error();
            }
            changed_.notify_all();
        }
    }

    Result<void> result() const {
        if (error_)
            return std::unexpected(*error_);
        return {};
    }

  private:
    bool isReady(const std::string& id) const {
        return std::ranges::all_of(tasks_.at(id).needs,
                                   [&](const std::string& need) { return done_.contains(need); });
    }

    std::optional<std::string> mostUrgentReady() const {
        std::optional<std::string> best;
        for (const std::string& id : waiting_) {
            if (isReady(id) && (!best || urgency_.at(id) > urgency_.at(*best)))
                best = id;
        }
        return best;
    }

    const Tasks& tasks_;
    const std::function<Result<void>(const std::string&)>& work_;
    std::map<std::string, double> urgency_;
    std::mutex mutex_;
    std::condition_variable changed_;
    std::set<std::string> waiting_;
    std::set<std::string> done_;
    std::optional<Error> error_;
};

}  // namespace

Result<void> runInOrder(const Tasks& tasks, int workers,
                        const std::function<Result<void>(const std::string&)>& work) {
    Schedule schedule(tasks, work);
    std::vector<std::jthread> threads;
    for (int index = 1; index < workers; ++index)
        threads.emplace_back([&] { schedule.work(); });
    schedule.work();
    threads.clear();  // joins
    return schedule.result();
}

}  // namespace taipan::provision
