// SPDX-License-Identifier: Apache-2.0
// Keys of pthreads: what a thread keeps under them is destroyed when it ends. And what is done once.
#include <errno.h>
#include <pthread.h>

#include <array>

#include "thread.h"

using taipan::currentThread;

namespace {

struct Key {
    void (*destructor)(void*);
    bool is_used;
    unsigned generation;  // what threads keep for an earlier key of the same number does not count
};

std::array<Key, PTHREAD_KEYS_MAX> keys;

taipan::WaitQueue waiting_for_once;

enum Once : int { kNotDone, kBeingDone, kDone };

bool isUsed(pthread_key_t key) {
    return key < keys.size() && keys[key].is_used;
}

}  // namespace

namespace taipan {

void destroySpecific(Thread& thread) {
    bool is_clean = false;
    for (int round = 0; round < PTHREAD_DESTRUCTOR_ITERATIONS && !is_clean; ++round) {
        is_clean = true;
        for (pthread_key_t key = 0; key < keys.size(); ++key) {
            void* const value = pthread_getspecific(key);
            thread.specific[key].value = nullptr;
            if (value == nullptr || keys[key].destructor == nullptr)
                continue;
            keys[key].destructor(value);
            is_clean = false;
        }
    }
}

}  // namespace taipan

extern "C" {

int pthread_key_create(pthread_key_t* result, void (*destructor)(void*)) {
    for (pthread_key_t i = 0; i < keys.size(); ++i) {
        if (keys[i].is_used)
            continue;
        keys[i] = {destructor, true, keys[i].generation + 1};
        *result = i;
        return 0;
    }
    return EAGAIN;
}

int pthread_key_delete(pthread_key_t key) {
    if (!isUsed(key))
        return EINVAL;
    keys[key].is_used = false;
    return 0;
}

void* pthread_getspecific(pthread_key_t key) {
    if (!isUsed(key))
        return nullptr;
    const taipan::Specific& own = currentThread().specific[key];
    return own.generation == keys[key].generation ? const_cast<void*>(own.value) : nullptr;
}

int pthread_setspecific(pthread_key_t key, const void* value) {
    if (!isUsed(key))
        return EINVAL;
    currentThread().specific[key] = {value, keys[key].generation};
    return 0;
}

int pthread_once(pthread_once_t* once, void (*run)()) {
    while (*once == kBeingDone)
        waiting_for_once.wait(-1, false);
    if (*once == kDone)
        return 0;
    *once = kBeingDone;
    run();
    *once = kDone;
    waiting_for_once.wakeAll();
    return 0;
}

}  // extern "C"
