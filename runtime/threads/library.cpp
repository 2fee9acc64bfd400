// SPDX-License-Identifier: Apache-2.0
// What else the C library had in the object file that runtime/threads is in the place of
// (src/interpreter/link_wasm.cpp): locks within the library, which are never held while a thread waits, parts
// of pthreads without a meaning here, and what Emscripten's own threads would need.
#include <emscripten.h>
#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <string.h>

#include "../suspension.h"

extern "C" {

void __lock(void*) {}
void __unlock(void*) {}
void __wait(volatile int*, volatile int*, int, int) {}
void __acquire_ptc() {}
void __release_ptc() {}

// Scheduling, sharing with other processes and cancelling: accepted as far as it changes nothing.
int pthread_mutexattr_destroy(pthread_mutexattr_t*) {
    return 0;
}
int pthread_mutexattr_setprotocol(pthread_mutexattr_t*, int protocol) {
    return protocol == PTHREAD_PRIO_NONE ? 0 : ENOTSUP;
}
int pthread_mutexattr_setpshared(pthread_mutexattr_t*, int shared) {
    return shared == PTHREAD_PROCESS_PRIVATE ? 0 : ENOTSUP;
}
int pthread_condattr_destroy(pthread_condattr_t*) {
    return 0;
}
int pthread_condattr_setpshared(pthread_condattr_t*, int shared) {
    return shared == PTHREAD_PROCESS_PRIVATE ? 0 : ENOTSUP;
}
int pthread_rwlockattr_init(pthread_rwlockattr_t* attributes) {
    memset(attributes, 0, sizeof *attributes);
    return 0;
}
int pthread_rwlockattr_destroy(pthread_rwlockattr_t*) {
    return 0;
}
int pthread_rwlockattr_setpshared(pthread_rwlockattr_t*, int shared) {
    return shared == PTHREAD_PROCESS_PRIVATE ? 0 : ENOTSUP;
}
int pthread_setcancelstate(int, int* old) {
    if (old != nullptr)
        *old = PTHREAD_CANCEL_DISABLE;
    return 0;
}
int pthread_setcanceltype(int, int* old) {
    if (old != nullptr)
        *old = PTHREAD_CANCEL_DEFERRED;
    return 0;
}
void pthread_testcancel() {}
int pthread_atfork(void (*)(), void (*)(), void (*)()) {
    return 0;  // nobody forks
}

// Defined as a macro in C and inline in C++; others want the function.
#undef pthread_equal
int pthread_equal(pthread_t a, pthread_t b) {
    return a == b;
}

// The names by which the C library itself calls them, for the threads of C11.
int __pthread_create(pthread_t* thread, const pthread_attr_t* attributes, void* (*run)(void*),
                     void* argument) {
    return pthread_create(thread, attributes, run, argument);
}
int __pthread_join(pthread_t thread, void** result) {
    return pthread_join(thread, result);
}
int __pthread_detach(pthread_t thread) {
    return pthread_detach(thread);
}
[[noreturn]] void __pthread_exit(void* result) {
    pthread_exit(result);
}
int __pthread_key_create(pthread_key_t* key, void (*destructor)(void*)) {
    return pthread_key_create(key, destructor);
}
int __pthread_key_delete(pthread_key_t key) {
    return pthread_key_delete(key);
}
int __pthread_once(pthread_once_t* once, void (*run)()) {
    return pthread_once(once, run);
}
int __pthread_mutex_lock(pthread_mutex_t* mutex) {
    return pthread_mutex_lock(mutex);
}
int __pthread_mutex_trylock(pthread_mutex_t* mutex) {
    return pthread_mutex_trylock(mutex);
}
int __pthread_mutex_timedlock(pthread_mutex_t* mutex, const timespec* time) {
    return pthread_mutex_timedlock(mutex, time);
}
int __pthread_mutex_unlock(pthread_mutex_t* mutex) {
    return pthread_mutex_unlock(mutex);
}
int __pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex, const timespec* time) {
    return pthread_cond_timedwait(condition, mutex, time);
}
int __private_cond_signal(pthread_cond_t* condition, int count) {
    return count < 0 ? pthread_cond_broadcast(condition) : pthread_cond_signal(condition);
}

int emscripten_has_threading_support() {
    return 0;
}
int emscripten_num_logical_cores() {
    return 1;
}
void emscripten_force_num_logical_cores(int) {}
int emscripten_futex_wait(volatile void*, uint32_t, double) {
    return 0;
}
int emscripten_futex_wake(volatile void*, int) {
    return 0;
}
int emscripten_is_main_runtime_thread() {
    return 1;
}
void emscripten_main_thread_process_queued_calls() {}
void emscripten_current_thread_process_queued_calls() {}

void _emscripten_yield(double) {}

void emscripten_thread_sleep(double milliseconds) {
    taipan::suspend(milliseconds, taipan::Interruptible::No);
}

}  // extern "C"
