// SPDX-License-Identifier: Apache-2.0
//
// Other programs: started from a list of arguments (never through a shell), waited for, ended together with
// whatever they started when the user interrupts.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "support/environment.h"
#include "support/interruption.h"
#include "support/result.h"

namespace taipan {

/// Where the child's standard input, output and error are.
enum class Streams {
    Log,        ///< no input; output and error are appended to `log`
    Inherited,  ///< ours, in our process group, so that the child may talk with the terminal (sudo asks for a
                ///< password)
};

struct Command {
    std::vector<std::string>
        arguments;  ///< the program, looked for on PATH when it has no slash, and its arguments
    std::optional<std::filesystem::path> directory;
    std::map<std::string, std::optional<std::string>> environment;  ///< set, or nullopt: unset
};

struct ExitStatus {
    int code = 0;  ///< 128 + signal when a signal ended it, as shells count
    int signal = 0;
    bool ok() const { return code == 0; }
};

/// "ended with status 2" or "was ended by signal 9 (Killed)".
std::string describe(const ExitStatus& status);

/// Runs programs in an environment, and takes them down on an interruption.
class ProcessRunner {
  public:
    ProcessRunner(Environment environment, const Interruption* interruption)
        : environment_(std::move(environment)), interruption_(interruption) {}

    /// An Error only if it could not be started, or was interrupted; how it went is in the status.
    Result<ExitStatus> run(const Command& command, Streams streams,
                           const std::filesystem::path& log = "/dev/null") const;

    struct Output {
        ExitStatus status;
        std::string text;  ///< standard output; standard error goes to the log
    };
    Result<Output> capture(const Command& command, const std::filesystem::path& log = "/dev/null") const;

    /// Whether the user wants everything to end; to tell that from a failure of the program.
    bool interrupted() const { return interruption_ != nullptr && interruption_->requested(); }

    const Environment& environment() const { return environment_; }

  private:
    Environment environment_;
    const Interruption* interruption_;  ///< may be null: not interruptible
};

/// The strings as exec and posix_spawn take them, with a null behind the last.
std::vector<char*> pointersTo(std::vector<std::string>& strings);

/// Becomes the program (execve): returns only on failure.
Error become(const Command& command, const Environment& environment);

}  // namespace taipan
