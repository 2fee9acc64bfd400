// SPDX-License-Identifier: Apache-2.0
//
// The kernel for a host that speaks WebAssembly: numbers, and bytes in memory. Messages go in through a
// buffer that the host asks for, and come out in one that lasts until the next call. Times are milliseconds.
#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "kernel/codec.h"
#include "kernel/kernel.h"

#ifdef __wasm__
#define TAIPAN_KERNEL_EXPORT(name) __attribute__((export_name(name)))
#else
#define TAIPAN_KERNEL_EXPORT(name)
#endif

namespace taipan::kernel {

namespace {

constexpr double kNanoseconds = 1e6;
constexpr double kNoDeadline = -1;

struct Exported {
    Kernel kernel;
    Bytes in;
    Bytes out;
};

/// The message that was put into the buffer.
Bytes takeMessage(Exported& host) {
    return std::exchange(host.in, {});
}

int32_t errorOf(Errno error) {
    return -static_cast<int32_t>(error);
}

}  // namespace

extern "C" {

TAIPAN_KERNEL_EXPORT("create") Exported* kernelCreate() {
    return std::make_unique<Exported>().release();
}

TAIPAN_KERNEL_EXPORT("buffer") uint8_t* kernelBuffer(Exported* host, uint32_t size) {
    host->in.resize(size);
    return host->in.data();
}

TAIPAN_KERNEL_EXPORT("output") const uint8_t* kernelOutput(const Exported* host) {
    return host->out.data();
}
TAIPAN_KERNEL_EXPORT("output_size") uint32_t kernelOutputSize(const Exported* host) {
    return static_cast<uint32_t>(host->out.size());
}

/// A process that no other started, with the pid, or the next if that is 0; the message is its directory.
/// Gives its pid, or a negative error.
TAIPAN_KERNEL_EXPORT("add_root") int32_t kernelAddRoot(Exported* host, int32_t pid) {
    const Bytes directory = takeMessage(*host);
    Root root;
    root.directory.assign(directory.begin(), directory.end());
    if (pid > 0)
        root.pid = Pid{pid};
    const Result<Pid> added = host->kernel.addRoot(root);
    return added ? added->value : errorOf(added.error());
}

/// A stream of the host's as a descriptor of the process; gives the descriptor, or a negative error.
TAIPAN_KERNEL_EXPORT("add_stream")
int32_t kernelAddStream(Exported* host, int32_t pid, uint32_t handle, uint32_t flags) {
    const OutsideFile file{.handle = {handle}, .stream = true, .flags = flags};
    const Result<Descriptor> added = host->kernel.addOutside(Pid{pid}, file, true);
    return added ? added->value : errorOf(added.error());
}

TAIPAN_KERNEL_EXPORT("submit") void kernelSubmit(Exported* host, int32_t pid) {
    host->kernel.submit(Pid{pid}, takeMessage(*host));
}

TAIPAN_KERNEL_EXPORT("advance") void kernelAdvance(Exported* host, double now) {
    host->kernel.advance(static_cast<Time>(now * kNanoseconds));
}
/// Negative when there is none.
TAIPAN_KERNEL_EXPORT("next_deadline") double kernelNextDeadline(const Exported* host) {
    const std::optional<Time> deadline = host->kernel.nextDeadline();
    return deadline ? static_cast<double>(*deadline) / kNanoseconds : kNoDeadline;
}

TAIPAN_KERNEL_EXPORT("process_exited") void kernelProcessExited(Exported* host, int32_t pid, int32_t code) {
    host->kernel.processExited(Pid{pid}, code);
}
TAIPAN_KERNEL_EXPORT("process_killed") void kernelProcessKilled(Exported* host, int32_t pid, int32_t signal) {
    host->kernel.processKilled(Pid{pid}, static_cast<Signal>(signal));
}
TAIPAN_KERNEL_EXPORT("signal") void kernelSignal(Exported* host, int32_t pid, int32_t signal) {
    host->kernel.signal(Pid{pid}, static_cast<Signal>(signal));
}

TAIPAN_KERNEL_EXPORT("outside_input") void kernelOutsideInput(Exported* host, uint32_t handle) {
    host->kernel.outsideInput({handle}, takeMessage(*host));
}
TAIPAN_KERNEL_EXPORT("outside_ended") void kernelOutsideEnded(Exported* host, uint32_t handle) {
    host->kernel.outsideEnded({handle});
}
TAIPAN_KERNEL_EXPORT("outside_written")
void kernelOutsideWritten(Exported* host, uint32_t handle, uint32_t count) {
    host->kernel.outsideWritten({handle}, count);
}

/// The handle, or a negative error.
TAIPAN_KERNEL_EXPORT("file_kept") void kernelFileKept(Exported* host, uint32_t number, int32_t handle) {
    if (handle >= 0)
        host->kernel.fileKept(number, OutsideHandle{static_cast<uint32_t>(handle)});
    else
        host->kernel.fileKept(number, fail(static_cast<Errno>(-handle)));
}

/// The pid that the next reply is for, with the reply as the output; 0 when there is none.
TAIPAN_KERNEL_EXPORT("take_reply") int32_t kernelTakeReply(Exported* host) {
    const std::optional<Reply> reply = host->kernel.takeReply();
    if (!reply)
        return 0;
    host->out = encodeReply(*reply);
    return reply->pid.value;
}

/// The number of the next action from 1 on, in the order of Action, with its fields as the output; 0 when
/// there is none.
TAIPAN_KERNEL_EXPORT("take_action") int32_t kernelTakeAction(Exported* host) {
    const std::optional<Action> action = host->kernel.takeAction();
    if (!action)
        return 0;
    host->out = std::visit([](const auto& one) { return encode(one); }, *action);
    return static_cast<int32_t>(action->index()) + 1;
}

}  // extern "C"

}  // namespace taipan::kernel
