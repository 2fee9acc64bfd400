// SPDX-License-Identifier: Apache-2.0
// A mutex as it lies in a pthread_mutex_t, of which zeros are one that is free.
#pragma once

#include "../suspension.h"
#include "thread.h"

namespace taipan {

struct Mutex {
    int type;
    Thread* owner;
    int count;  // of locks by the owner
    WaitQueue waiting;
};

/// Returns 0, EBUSY when another thread has it (or the same, for a normal one), or EDEADLK.
int tryLock(Mutex& mutex);

/// Returns 0 or EPERM.
int unlock(Mutex& mutex);

}  // namespace taipan
