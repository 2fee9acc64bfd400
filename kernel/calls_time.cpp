// SPDX-License-Identifier: Apache-2.0
//
// Sleeping, and the alarm of a process.
#include <algorithm>

#include "kernel/calls.h"

namespace taipan::kernel {

namespace {

Answer timerOf(const Context& context) {
    const std::optional<Time> deadline = context.system.timers.deadline(context.process.pid);
    return Answer{.value = deadline ? std::max<int64_t>(1, *deadline - context.system.now) : 0,
                  .second = context.process.timer_interval};
}

}  // namespace

Outcome handle(Context& context, Sleep& request) {
    if (context.call.expired || request.time < 0 || (request.time == 0 && !request.absolute))
        return request.time < 0 ? Outcome(fail(Errno::Invalid)) : Outcome::done();
    if (!request.absolute)
        context.setTimeout(request.time);
    else if (request.time <= context.system.now)
        return Outcome::done();
    else
        context.setDeadline(request.time);
    return Outcome::wait();
}

Outcome handle(Context& context, SetTimer& request) {
    if (request.time < 0 || request.interval < 0)
        return fail(Errno::Invalid);
    const Answer before = timerOf(context);
    context.process.timer_interval = request.interval;
    if (request.time > 0)
        context.system.timers.arm(context.process.pid, later(context.system.now, request.time));
    else
        context.system.timers.cancel(context.process.pid);
    return before;
}

Outcome handle(Context& context, GetTimer& /*request*/) {
    return timerOf(context);
}

}  // namespace taipan::kernel
