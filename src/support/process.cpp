// SPDX-License-Identifier: Apache-2.0
//
// posix_spawn, and waiting for a child and an interruption at the same time through a pidfd.
#include "support/process.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <cerrno>
#include <chrono>
#include <cstring>

#include "support/file_descriptor.h"

namespace taipan {

namespace fs = std::filesystem;

namespace {

constexpr int kGraceMilliseconds = 3000;  ///< between SIGTERM and SIGKILL

Environment edited(Environment environment, const Command& command) {
    for (const auto& [name, value] : command.environment) {
        if (value) {
            environment.set(name, *value);
        } else {
            environment.unset(name);
        }
    }
    return environment;
}

Result<fs::path> resolve(const Command& command, const Environment& environment) {
    if (command.arguments.empty())
        return internal("a command without a program");
    const std::string& program = command.arguments.front();
    if (program.find('/') != std::string::npos)
        return program;
    if (auto found = environment.findProgram(program))
        return *found;
    return fail(fmt::format("{} is not installed", program), "install it and try again");
}

/// The attributes and file actions of posix_spawn, released together.
class SpawnPlan {
  public:
    SpawnPlan() {
        posix_spawnattr_init(&attributes_);
        posix_spawn_file_actions_init(&actions_);
    }
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&actions_);
        posix_spawnattr_destroy(&attributes_);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;

    /// Signals as a fresh program expects them: none blocked, none ignored.
    void prepare(bool own_group) {
        sigset_t none;
        sigset_t all;
        sigemptyset(&none);
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes_, &none);
        posix_spawnattr_setsigdefault(&attributes_, &all);
        short flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
        if (own_group)
            flags = static_cast<short>(flags | POSIX_SPAWN_SETPGROUP);
        posix_spawnattr_setflags(&attributes_, flags);
        posix_spawnattr_setpgroup(&attributes_, 0);
    }
    void enter(const fs::path& directory) {
        posix_spawn_file_actions_addchdir_np(&actions_, directory.c_str());
    }
    void place(int from, int to) { posix_spawn_file_actions_adddup2(&actions_, from, to); }

    int spawn(pid_t& pid, const fs::path& program, std::vector<std::string> arguments,
              const Environment& environment) {
        std::vector<std::string> variables = environment.strings();
        return posix_spawn(&pid, program.c_str(), &actions_, &attributes_, pointersTo(arguments).data(),
                           pointersTo(variables).data());
    }

  private:
    posix_spawnattr_t attributes_{};
    posix_spawn_file_actions_t actions_{};
};

struct ChildStreams {
    int input = -1;  ///< -1: inherited
    int output = -1;
    int error = -1;
};

Result<pid_t> start(const Command& command, const Environment& base, const ChildStreams& streams) {
    const Environment environment = edited(base, command);
    const fs::path program = TRY(resolve(command, environment));
    SpawnPlan plan;
    plan.prepare(streams.output >= 0);
    if (command.directory)
        plan.enter(*command.directory);
    if (streams.input >= 0)
        plan.place(streams.input, STDIN_FILENO);
    if (streams.output >= 0)
        plan.place(streams.output, STDOUT_FILENO);
    if (streams.error >= 0)
        plan.place(streams.error, STDERR_FILENO);
    pid_t pid = -1;
    const int error = plan.spawn(pid, program, command.arguments, environment);
    if (error != 0)
        return failSystem(error, fmt::format("cannot start {}", program.string()));
    return pid;
}

ExitStatus decode(int status) {
    if (WIFSIGNALED(status))
        return {128 + WTERMSIG(status), WTERMSIG(status)};
    return {WEXITSTATUS(status), 0};
}

ExitStatus reap(pid_t pid) {
    int status = 0;
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return decode(status);
}

bool readableWithin(int descriptor, int milliseconds) {
    pollfd entry{descriptor, POLLIN, 0};
    return poll(&entry, 1, milliseconds) > 0;
}

/// Asks the whole group to end, insists after a grace period.
void endGroup(pid_t pid, int pidfd) {
    kill(-pid, SIGTERM);
    readableWithin(pidfd, kGraceMilliseconds);
    kill(-pid, SIGKILL);
    reap(pid);
}

/// Some programs, apt-get among them, try for ever to write to a full disk. Looked at every now and then, a
/// disk that stays full is reason enough to end them.
class DiskWatch {
  public:
    explicit DiskWatch(fs::path place) : place_(std::move(place)) {}

    bool staysFull() {
        const auto now = std::chrono::steady_clock::now();
        if (now - looked_ < std::chrono::milliseconds(kLookMilliseconds))
            return false;
        looked_ = now;
        struct statvfs status {};
        const bool full =
            statvfs(place_.c_str(), &status) == 0 && status.f_blocks > 0 && status.f_bavail == 0;
        times_full_ = full ? times_full_ + 1 : 0;
        return times_full_ >= kTimesFull;
    }

    static constexpr int kLookMilliseconds = 2000;

  private:
    static constexpr int kTimesFull = 3;

    fs::path place_;
    std::chrono::steady_clock::time_point looked_ = std::chrono::steady_clock::now();
    int times_full_ = 0;
};

/// Waits for the child while `drain` (may be -1) is read into `text`.
Result<ExitStatus> await(pid_t pid, const Interruption* interruption, int drain, std::string& text,
                         const fs::path& log) {
    DiskWatch disk(log);
    // By number: the declaration in glibc 2.36 cannot be linked from C++.
    const FileDescriptor process(static_cast<int>(syscall(SYS_pidfd_open, pid, 0)));
    const int interrupt_descriptor = interruption != nullptr ? interruption->descriptor() : -1;
    bool draining = drain >= 0;
    for (bool alive = true; alive || draining;) {
        pollfd entries[] = {{alive ? process.number() : -1, POLLIN, 0},
                            {interrupt_descriptor, POLLIN, 0},
                            {draining ? drain : -1, POLLIN, 0}};
        if (poll(entries, std::size(entries), DiskWatch::kLookMilliseconds) < 0 && errno != EINTR)
            return failSystem(errno, "cannot wait for a program");
        if (entries[1].revents != 0) {
            endGroup(pid, process.number());
            return taipan::interrupted();
        }
        if (disk.staysFull()) {
            endGroup(pid, process.number());
            return failSystem(ENOSPC, fmt::format("cannot write near {}", log.string()));
        }
        if (entries[2].revents != 0) {
            char buffer[1 << 14];
            const ssize_t count = read(drain, buffer, sizeof buffer);
            if (count > 0)
                text.append(buffer, static_cast<size_t>(count));
            draining = count > 0;
        }
        if (entries[0].revents != 0)
            alive = false;
    }
    return reap(pid);
}

}  // namespace

std::string describe(const ExitStatus& status) {
    if (status.signal != 0)
        return fmt::format("was ended by signal {} ({})", status.signal, strsignal(status.signal));
    return fmt::format("ended with status {}", status.code);
}

Result<ExitStatus> ProcessRunner::run(const Command& command, Streams streams, const fs::path& log) const {
    std::string unused;
    if (streams == Streams::Inherited) {
        const pid_t pid = TRY(start(command, environment_, {}));
        // The terminal sends Ctrl-C to the child as well; it decides what to do with it.
        return await(pid, nullptr, -1, unused, "/dev/null");
    }
    const FileDescriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const FileDescriptor output(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!output)
        return failSystem(errno, fmt::format("cannot write the log {}", log.string()));
    const pid_t pid = TRY(start(command, environment_, {nothing.number(), output.number(), output.number()}));
    return await(pid, interruption_, -1, unused, log);
}

Result<ProcessRunner::Output> ProcessRunner::capture(const Command& command, const fs::path& log) const {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0)
        return failSystem(errno, "cannot create a pipe");
    const FileDescriptor reading(ends[0]);
    FileDescriptor writing(ends[1]);
    const FileDescriptor nothing(open("/dev/null", O_RDONLY | O_CLOEXEC));
    const FileDescriptor error(open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644));
    if (!error)
        return failSystem(errno, fmt::format("cannot write the log {}", log.string()));
    const pid_t pid = TRY(start(command, environment_, {nothing.number(), writing.number(), error.number()}));
    writing.close();
    Output output;
    output.status = TRY(await(pid, interruption_, reading.number(), output.text, log));
    return output;
}

Error become(const Command& command, const Environment& environment) {
    const Environment final_environment = edited(environment, command);
    const Result<fs::path> program = resolve(command, final_environment);
    if (!program)
        return program.error();
    std::error_code error;
    if (command.directory)
        fs::current_path(*command.directory, error);
    std::vector<std::string> arguments = command.arguments;
    std::vector<std::string> variables = final_environment.strings();
    execve(program->c_str(), pointersTo(arguments).data(), pointersTo(variables).data());
    return failSystem(errno, fmt::format("cannot start {}", program->string())).error();
}

std::vector<char*> pointersTo(std::vector<std::string>& strings) {
    std::vector<char*> pointers;
    pointers.reserve(strings.size() + 1);
    for (std::string& text : strings)
        pointers.push_back(text.data());
    pointers.push_back(nullptr);
    return pointers;
}

}  // namespace taipan
