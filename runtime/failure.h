// SPDX-License-Identifier: Apache-2.0
// What a call of the C library gives when it fails.
#pragma once

#include <errno.h>

namespace taipan {

inline int failure(int error) {
    errno = error;
    return -1;
}

}  // namespace taipan
