// SPDX-License-Identifier: Apache-2.0
//
// Looks at what the machine brings and refuses what cannot work.
#include "provision/overrides.h"

#include <fmt/format.h>

#include <charconv>

#include "support/process.h"
#include "support/text.h"

namespace taipan::provision {

namespace fs = std::filesystem;

namespace {

Result<std::string> askVersion(const fs::path& node, const Environment& environment) {
    const ProcessRunner runner(environment, nullptr);
    const auto output = TRY(runner.capture({{node.string(), "--version"}, "/", {}}));
    if (!output.status.ok())
        return fail(fmt::format("{} --version {}", node.string(), describe(output.status)));
    return std::string(trim(output.text));
}

Result<std::string> versionOf(const fs::path& node, const Environment& environment, FileFacts& facts) {
    return facts.fact(node, "node-version", [&] { return askVersion(node, environment); });
}

}  // namespace

std::optional<int> nodeMajor(std::string_view version) {
    if (version.starts_with('v'))
        version.remove_prefix(1);
    int major = 0;
    const auto [end, error] = std::from_chars(version.data(), version.data() + version.size(), major);
    const bool followed_by_dot = end != version.data() + version.size() && *end == '.';
    if (error != std::errc() || !followed_by_dot || major < 0)
        return std::nullopt;
    return major;
}

Result<std::optional<fs::path>> machineNode(const Environment& environment, FileFacts& facts) {
    if (const auto chosen = environment.get("TAIPAN_NODE")) {
        const std::string advice =
            fmt::format("name a Node {} or newer, or unset it and taipan brings its own", kOldestNode);
        const Result<std::string> version = versionOf(*chosen, environment, facts);
        const std::optional<int> major = version ? nodeMajor(*version) : std::nullopt;
        if (!major)
            return fail(fmt::format("TAIPAN_NODE={} is not a Node that can be started", *chosen), advice);
        if (*major >= kOldestNode)
            return fs::path(*chosen);
        return fail(fmt::format("TAIPAN_NODE={} is Node {}, which is too old", *chosen, *version), advice);
    }
    auto found = environment.findProgram("node");
    if (!found)
        return std::nullopt;
    const Result<std::string> version = versionOf(*found, environment, facts);
    if (!version || nodeMajor(*version).value_or(0) < kOldestNode)
        return std::nullopt;
    return found;
}

Result<std::optional<fs::path>> folderOverride(const Environment& environment, std::string_view variable,
                                               const fs::path& expected) {
    const auto value = environment.get(variable);
    if (!value)
        return std::nullopt;
    std::error_code ignored;
    fs::path folder = fs::absolute(*value, ignored);
    if (fs::exists(folder / expected, ignored))
        return folder;
    return fail(fmt::format("{}={} has no {}", variable, *value, expected.string()),
                fmt::format("set {} to the right folder, or unset it", variable));
}

}  // namespace taipan::provision
