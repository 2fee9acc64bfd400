// SPDX-License-Identifier: Apache-2.0
//
// Keys, verdicts about what the cache has, and the run of what it lacks.
#include "provision/engine.h"

#include <fmt/format.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <set>
#include <thread>

#include "provision/manifest.h"
#include "provision/scheduler.h"
#include "provision/step_graph.h"
#include "provision/step_runner.h"
#include "provision/system_packages.h"
#include "support/files.h"
#include "support/lock.h"
#include "support/process.h"
#include "support/sha256.h"

namespace taipan::provision {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kKeyFormat = "taipan step 1";
constexpr size_t kKeyDigits = 16;
constexpr int kMostAtATime = 4;

std::string machine() {
    utsname name{};
    uname(&name);
    return static_cast<const char*>(name.machine);
}

int processors() {
    return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

/// The cache, or as much of the way to it as there is, must take new files.
Result<void> checkWritable(const fs::path& cache) {
    fs::path existing = cache;
    std::error_code ignored;
    while (!fs::exists(existing, ignored) && existing.has_relative_path())
        existing = existing.parent_path();
    if (access(existing.c_str(), W_OK | X_OK) == 0)
        return {};
    auto error = failSystem(errno, fmt::format("cannot write to the cache {}", cache.string()));
    error.error().hint = "set TAIPAN_CACHE to a folder you may write to";
    return error;
}

void announceWait() {
    fmt::print(stderr, "taipan: another taipan is setting up the same cache; waiting for it\n");
}

Result<void> removeLeftovers(const fs::path& cache) {
    return removeTree(cache / "tmp");  // ours alone: the cache is locked
}

}  // namespace

Result<Engine> Engine::create(Steps steps, EngineOptions options, FileFacts& facts) {
    if (options.jobs <= 0)
        options.jobs = processors();
    return Engine(TRY(checkedGraph(std::move(steps))), std::move(options), facts);
}

Result<std::string> Engine::key(const std::string& id) {
    if (const auto known = keys_.find(id); known != keys_.end())
        return known->second;
    const auto step = steps_.find(id);
    if (step == steps_.end())
        return internal(fmt::format("there is no step {}", id));
    std::string key = TRY(computeKey(step->second));
    keys_[id] = key;
    return key;
}

Result<std::string> Engine::computeKey(const Step& step) {
    Sha256 hash;
    hash.field(kKeyFormat);
    hash.field(step.id);
    hash.field(machine());
    hash.field(fmt::format("{} {} {}", step.values.size(), step.files.size(), step.needs.size()));
    for (const std::string& value : step.values)
        hash.field(value);
    for (const fs::path& file : step.files) {
        hash.field(file.string());
        hash.field(TRY(facts_->sha256OfTree(options_.repository / file)));
    }
    for (const std::string& need : step.needs)
        hash.field(TRY(key(need)));
    return hash.hex();
}

Result<fs::path> Engine::output(const std::string& id) {
    return options_.cache / "steps" / fmt::format("{}-{}", id, TRY(key(id)).substr(0, kKeyDigits));
}

Result<bool> Engine::isIntact(const std::string& id, Check check) {
    const fs::path folder = TRY(output(id));
    return check == Check::Products ? productsIntact(folder) : allIntact(folder);
}

Result<std::optional<fs::path>> Engine::ready(const std::string& id, Check check) {
    const bool intact = TRY(isIntact(id, check));
    facts_->save();
    if (!intact)
        return std::nullopt;
    return TRY(output(id));
}

/// The steps to make, needs before those that need them. What a step needs is looked at only if the step
/// itself must be made: an interpreter in good order does not want its sources back.
Result<std::vector<std::string>> Engine::missing(std::span<const std::string> ids) {
    std::vector<std::string> order;
    std::set<std::string> seen;
    std::vector<std::string> open(ids.begin(), ids.end());
    while (!open.empty()) {
        const std::string id = open.back();
        open.pop_back();
        if (!seen.insert(id).second || TRY(isIntact(id, Check::All)))
            continue;
        order.push_back(id);
        const std::vector<std::string>& needs = steps_.at(id).needs;
        open.insert(open.end(), needs.begin(), needs.end());
    }
    std::ranges::reverse(order);
    return order;
}

Result<void> Engine::ensure(std::span<const std::string> ids) {
    const bool complete = TRY(missing(ids)).empty();
    facts_->save();
    if (complete)
        return {};
    TRY(checkWritable(options_.cache));
    const Interruption interruption;
    const FileLock lock = TRY(FileLock::acquire(options_.cache / "lock", announceWait, &interruption));
    const std::vector<std::string> still_missing = TRY(missing(ids));  // another process may have made some
    if (still_missing.empty())
        return {};
    TRY(removeLeftovers(options_.cache));
    TRY(installNeededPackages(still_missing, interruption));
    return make(still_missing, interruption);
}

Result<void> Engine::installNeededPackages(const std::vector<std::string>& ids,
                                           const Interruption& interruption) {
    std::vector<std::string> wanted;
    for (const std::string& id : ids) {
        const std::vector<std::string>& packages = steps_.at(id).packages;
        wanted.insert(wanted.end(), packages.begin(), packages.end());
    }
    const ProcessRunner runner(options_.environment, &interruption);
    const PackageInstallation how{options_.install_packages, options_.progress == ProgressStyle::Silent};
    return requirePackages(wanted, runner, options_.cache, how);
}

Result<void> Engine::make(const std::vector<std::string>& ids, const Interruption& interruption) {
    std::map<std::string, Task> tasks;
    std::map<std::string, StepPlaces> places;
    double total_seconds = 0;
    for (const std::string& id : ids) {
        const Step& step = steps_.at(id);
        Task task{{}, step.seconds};
        StepPlaces& place = places[id];
        place = {options_.cache, options_.repository, TRY(output(id)), {}};
        for (const std::string& need : step.needs) {
            place.dependencies[need] = TRY(output(need));
            if (std::ranges::find(ids, need) != ids.end())
                task.needs.push_back(need);
        }
        total_seconds += step.seconds;
        tasks[id] = std::move(task);
    }
    const ProcessRunner runner(options_.environment, &interruption);
    ProgressDisplay display(options_.progress, static_cast<int>(ids.size()), total_seconds);
    return runInOrder(tasks, std::min(options_.jobs, kMostAtATime),
                      [&](const std::string& id) -> Result<void> {
                          const Step& step = steps_.at(id);
                          if (interruption.requested())
                              return interrupted();
                          display.begin(step.title, step.seconds);
                          Result<void> result = runStep(step, places.at(id), runner, options_.jobs);
                          display.end(step.title, result.has_value());
                          return result;
                      });
}

}  // namespace taipan::provision
