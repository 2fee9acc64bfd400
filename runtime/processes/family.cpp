// SPDX-License-Identifier: Apache-2.0
// Who a process is, whose child, and in which group; and waiting for children.
#include <errno.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "../host_imports.h"
#include "../kernel_client.h"
#include "usage.h"

namespace kernel = taipan::kernel;

namespace {

// False with errno.
bool identityOf(pid_t process, kernel::Identity& identity) {
    static_assert(sizeof identity == 4 * sizeof(int32_t));
    return taipan::resultOf(taipan::askKernel(kernel::GetIdentity{{process}},
                                              {reinterpret_cast<uint8_t*>(&identity), sizeof identity})) >= 0;
}

/// What a wait came to: the pid and, second, the status; what the child had used goes to `usage`.
taipan::KernelAnswer waitFor(kernel::Pid child, int options, kernel::ResourceUsage& usage) {
    static_assert(sizeof usage == 2 * sizeof(uint64_t));
    const taipan::KernelAnswer answer = taipan::askKernel(kernel::Wait{child, static_cast<uint32_t>(options)},
                                                          {reinterpret_cast<uint8_t*>(&usage), sizeof usage});
    const auto status = static_cast<int>(answer.second);
    const bool is_over = answer.error == 0 && answer.value > 0 && (WIFEXITED(status) || WIFSIGNALED(status));
    if (is_over && (options & WNOWAIT) == 0)
        taipan::addUsageOfChild(usage);
    return answer;
}

kernel::Pid wantedOf(idtype_t type, id_t id) {
    switch (type) {
        case P_PID:
            return {static_cast<int32_t>(id)};
        case P_PGID:
            return {id == 0 ? 0 : -static_cast<int32_t>(id)};
        default:
            return {-1};
    }
}

void describe(siginfo_t& result, pid_t child, int status) {
    result = {};
    if (child == 0)
        return;
    result.si_signo = SIGCHLD;
    result.si_pid = child;
    if (WIFEXITED(status)) {
        result.si_code = CLD_EXITED;
        result.si_status = WEXITSTATUS(status);
    } else if (WIFSIGNALED(status)) {
        result.si_code = CLD_KILLED;
        result.si_status = WTERMSIG(status);
    } else if (WIFSTOPPED(status)) {
        result.si_code = CLD_STOPPED;
        result.si_status = WSTOPSIG(status);
    } else {
        result.si_code = CLD_CONTINUED;
        result.si_status = SIGCONT;
    }
}

}  // namespace

extern "C" {

pid_t getpid() {
    return taipan_process_id();
}

pid_t getppid() {
    kernel::Identity identity;
    return identityOf(0, identity) ? identity.parent.value : 0;
}

pid_t getpgid(pid_t process) {
    kernel::Identity identity;
    return identityOf(process, identity) ? identity.group.value : -1;
}

pid_t getpgrp() {
    return getpgid(0);
}

pid_t getsid(pid_t process) {
    kernel::Identity identity;
    return identityOf(process, identity) ? identity.session.value : -1;
}

int setpgid(pid_t process, pid_t group) {
    return taipan::callKernel(kernel::SetGroup{{process}, {group}});
}

pid_t setpgrp() {
    return setpgid(0, 0);
}

pid_t setsid() {
    return taipan::callKernel(kernel::NewSession{});
}

pid_t wait4(pid_t process, int* status, int options, rusage* usage) {
    kernel::ResourceUsage used;
    const taipan::KernelAnswer answer = waitFor({process}, options, used);
    const auto child = static_cast<pid_t>(taipan::resultOf(answer));
    if (child > 0 && status != nullptr)
        *status = static_cast<int>(answer.second);
    if (child >= 0 && usage != nullptr)
        *usage = taipan::rusageOf(used);
    return child;
}

pid_t waitpid(pid_t process, int* status, int options) {
    return wait4(process, status, options, nullptr);
}

pid_t wait(int* status) {
    return waitpid(-1, status, 0);
}

pid_t wait3(int* status, int options, rusage* usage) {
    return wait4(-1, status, options, usage);
}

int waitid(idtype_t type, id_t id, siginfo_t* result, int options) {
    constexpr int kKnown = WNOHANG | WEXITED | WSTOPPED | WCONTINUED | WNOWAIT;
    if ((options & ~kKnown) != 0 || (options & (WEXITED | WSTOPPED | WCONTINUED)) == 0 || type == P_PIDFD) {
        errno = EINVAL;
        return -1;
    }
    kernel::ResourceUsage used;
    const taipan::KernelAnswer answer = waitFor(wantedOf(type, id), options & ~WEXITED, used);
    if (taipan::resultOf(answer) < 0)
        return -1;
    if (result != nullptr)
        describe(*result, static_cast<pid_t>(answer.value), static_cast<int>(answer.second));
    return 0;
}

}  // extern "C"
