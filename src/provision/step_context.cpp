// SPDX-License-Identifier: Apache-2.0
//
// Commands of a step, each written into its log before it runs.
#include "provision/step_context.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>

namespace taipan::provision {

namespace {

std::unexpected<Error> failCommand(const Command& command, const ExitStatus& status) {
    return fail(fmt::format("{} {}", std::filesystem::path(command.arguments.front()).filename().string(),
                            describe(status)));
}

}  // namespace

Result<void> StepContext::command(Command command) {
    if (!command.directory)
        command.directory = scratch();
    noteCommand(command);
    const ExitStatus status = TRY(runner_.run(command, Streams::Log, log()));
    if (!status.ok())
        return failCommand(command, status);
    return {};
}

Result<std::string> StepContext::capture(Command command) {
    if (!command.directory)
        command.directory = scratch();
    noteCommand(command);
    ProcessRunner::Output output = TRY(runner_.capture(command, log()));
    if (!output.status.ok())
        return failCommand(command, output.status);
    return std::move(output.text);
}

void StepContext::note(const std::string& line) {
    std::ofstream(log(), std::ios::app) << line << '\n';
}

void StepContext::noteCommand(const Command& command) {
    std::string text;
    for (const auto& [name, value] : command.environment)
        text += fmt::format("{}={} ", name, value.value_or(""));
    note(fmt::format("$ {}{}", text, fmt::join(command.arguments, " ")));
}

}  // namespace taipan::provision
