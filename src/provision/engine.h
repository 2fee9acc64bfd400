// SPDX-License-Identifier: Apache-2.0
//
// Makes steps: works out keys, skips what the cache has in good order, runs the rest in the order of their
// needs, two at a time where they are independent, and leaves the cache consistent however it ends.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "provision/file_facts.h"
#include "provision/step.h"
#include "support/environment.h"
#include "support/interruption.h"
#include "support/progress.h"
#include "support/result.h"

namespace taipan::provision {

struct EngineOptions {
    std::filesystem::path cache;
    std::filesystem::path repository;
    Environment environment;
    ProgressStyle progress = ProgressStyle::Silent;
    int jobs = 0;  ///< steps at a time and parallelism inside a step; 0: as many as there are processors
    bool install_packages = true;  ///< false: a missing distribution package is an error (for tests)
};

/// How closely a present output is looked at.
enum class Check {
    Products,  ///< the step's products: for every use
    All,       ///< all files: for setup
};

class Engine {
  public:
    /// Fails on a duplicate id, an unknown need and a circle. `facts` must outlive the engine.
    static Result<Engine> create(Steps steps, EngineOptions options, FileFacts& facts);

    /// The output of the step if the cache has it in good order. Writes nothing but the memory of hashes.
    Result<std::optional<std::filesystem::path>> ready(const std::string& id, Check check = Check::Products);

    /// Makes whatever is missing or damaged for these steps. Locks the cache only if there is something to
    /// do.
    Result<void> ensure(std::span<const std::string> ids);

    Result<std::string> key(const std::string& id);
    Result<std::filesystem::path> output(const std::string& id);

  private:
    Engine(std::map<std::string, Step> steps, EngineOptions options, FileFacts& facts)
        : steps_(std::move(steps)), options_(std::move(options)), facts_(&facts) {}

    Result<std::string> computeKey(const Step& step);
    Result<std::vector<std::string>> missing(std::span<const std::string> ids);
    Result<bool> isIntact(const std::string& id, Check check);
    Result<void> installNeededPackages(const std::vector<std::string>& ids, const Interruption& interruption);
    Result<void> make(const std::vector<std::string>& ids, const Interruption& interruption);

    std::map<std::string, Step> steps_;
    EngineOptions options_;
    FileFacts* facts_;
    std::map<std::string, std::string> keys_;  ///< computed so far
};

}  // namespace taipan::provision
