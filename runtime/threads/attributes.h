// SPDX-License-Identifier: Apache-2.0
// What of a pthread_attr_t has a meaning here.
#pragma once

#include <pthread.h>
#include <stddef.h>

namespace taipan {

/// Both take null for the defaults.
size_t stackSizeIn(const pthread_attr_t* attributes);
bool isDetachedIn(const pthread_attr_t* attributes);

}  // namespace taipan
