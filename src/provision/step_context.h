// SPDX-License-Identifier: Apache-2.0
//
// What a step sees of the world while it runs.
#pragma once

#include <filesystem>
#include <map>
#include <string>

#include "support/process.h"
#include "support/result.h"

namespace taipan::provision {

class StepContext {
  public:
    struct Places {
        std::filesystem::path cache;
        std::filesystem::path repository;
        std::filesystem::path scratch;
        std::filesystem::path output;
        std::filesystem::path final_output;
        std::filesystem::path log;
        std::map<std::string, std::filesystem::path> dependencies;
    };
    StepContext(Places places, const ProcessRunner& runner, int jobs)
        : places_(std::move(places)), runner_(runner), jobs_(jobs) {}

    /// An empty folder of its own; gone afterwards (kept after a failure until the next setup, for a look).
    const std::filesystem::path& scratch() const { return places_.scratch; }

    /// An empty folder; becomes finalOutput() when the step succeeds.
    const std::filesystem::path& output() const { return places_.output; }

    /// Where the output will be: for paths that get compiled in, such as a --prefix.
    const std::filesystem::path& finalOutput() const { return places_.final_output; }

    /// The output of a step it needs. REQUIRES: `id` is among the step's `needs`.
    const std::filesystem::path& dependency(const std::string& id) const {
        return places_.dependencies.at(id);
    }

    const std::filesystem::path& repository() const { return places_.repository; }
    const std::filesystem::path& cache() const { return places_.cache; }
    const std::filesystem::path& log() const { return places_.log; }
    const ProcessRunner& runner() const { return runner_; }
    const Environment& environment() const { return runner_.environment(); }

    /// Parallelism to ask of make, ninja and the like.
    int jobs() const { return jobs_; }

    /// Runs a program with its output in the log, in scratch() unless it says otherwise; fails unless it ends
    /// with 0.
    Result<void> command(Command command);

    /// The same, but returns its standard output.
    Result<std::string> capture(Command command);

    /// Writes a line into the log.
    void note(const std::string& line);

  private:
    void noteCommand(const Command& command);

    Places places_;
    const ProcessRunner& runner_;
    int jobs_;
};

}  // namespace taipan::provision
