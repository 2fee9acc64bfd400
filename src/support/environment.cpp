// SPDX-License-Identifier: Apache-2.0
//
// The process's environment and the search on PATH.
#include "support/environment.h"

#include <fmt/format.h>
#include <unistd.h>

#include <ranges>

namespace taipan {

Environment Environment::ofThisProcess() {
    Environment result;
    for (char** entry = environ; *entry != nullptr; ++entry) {
        const std::string_view text(*entry);
        const size_t equals = text.find('=');
        if (equals == std::string_view::npos)
            continue;
        result.variables_.emplace(text.substr(0, equals), text.substr(equals + 1));
    }
    return result;
}

std::optional<std::string> Environment::get(std::string_view name) const {
    const auto found = variables_.find(name);
    if (found == variables_.end() || found->second.empty())
        return std::nullopt;
    return found->second;
}

void Environment::unset(std::string_view name) {
    const auto found = variables_.find(name);
    if (found != variables_.end())
        variables_.erase(found);
}

std::optional<std::filesystem::path> Environment::findProgram(std::string_view name) const {
    const std::string path = get("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
    for (const auto part : std::views::split(path, ':')) {
        const std::filesystem::path folder(std::string(part.begin(), part.end()));
        if (!folder.is_absolute())
            continue;  // a relative PATH entry depends on where one happens to stand
        std::filesystem::path candidate = folder / name;
        std::error_code ignored;
        if (std::filesystem::is_regular_file(candidate, ignored) && access(candidate.c_str(), X_OK) == 0)
            return candidate;
    }
    return std::nullopt;
}

std::vector<std::string> Environment::strings() const {
    std::vector<std::string> result;
    for (const auto& [name, value] : variables_)
        result.push_back(fmt::format("{}={}", name, value));
    return result;
}

}  // namespace taipan
