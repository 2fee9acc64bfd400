// SPDX-License-Identifier: Apache-2.0
// abort(): the end by a signal, where Emscripten's is a trap that nobody could tell from a fault.
#include <signal.h>
#include <stdlib.h>

extern "C" void abort() {
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGABRT);
    sigprocmask(SIG_UNBLOCK, &set, nullptr);
    raise(SIGABRT);  // to a handler, if there is one
    signal(SIGABRT, SIG_DFL);
    raise(SIGABRT);
    __builtin_trap();
}
