// SPDX-License-Identifier: Apache-2.0
//
// Depth-first walk that notices circles.
#include "provision/step_graph.h"

#include <fmt/format.h>

namespace taipan::provision {

namespace {

enum class Visit { Open, Closed };

Result<void> walk(const StepMap& steps, const std::string& id, std::map<std::string, Visit>& visits) {
    const auto seen = visits.find(id);
    if (seen != visits.end() && seen->second == Visit::Closed)
        return {};
    if (seen != visits.end())
        return internal(fmt::format("step {} needs itself", id));
    visits[id] = Visit::Open;
    for (const std::string& need : steps.at(id).needs) {
        if (!steps.contains(need))
            return internal(fmt::format("step {} needs the unknown step {}", id, need));
        TRY(walk(steps, need, visits));
    }
    visits[id] = Visit::Closed;
    return {};
}

}  // namespace

Result<StepMap> checkedGraph(Steps steps) {
    StepMap result;
    for (Step& step : steps) {
        const std::string id = step.id;
        if (!result.emplace(id, std::move(step)).second)
            return internal(fmt::format("two steps are called {}", id));
    }
    std::map<std::string, Visit> visits;
    for (const auto& [id, step] : result)
        TRY(walk(result, id, visits));
    return result;
}

}  // namespace taipan::provision
