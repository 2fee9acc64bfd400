// SPDX-License-Identifier: Apache-2.0
// The C library keeps what is asked for in a pthread_attr_t; here its defaults are ours, and it is read.
#include "attributes.h"

#include <string.h>

#include <algorithm>

namespace {

// CPython's C code may recurse some 600 times on it (recursion_limit.cpp).
constexpr size_t kDefaultStackSize = 1024 * 1024;
// A hundred times; who asks for less gets this.
constexpr size_t kLeastStackSize = 256 * 1024;
constexpr size_t kStackGranularity = 16;

// Where musl keeps them (src/internal/pthread_impl.h).
constexpr int kStackSizeWord = 0;
constexpr int kDetachWord = 3;

}  // namespace

namespace taipan {

size_t stackSizeIn(const pthread_attr_t* attributes) {
    const size_t asked = attributes == nullptr ? kDefaultStackSize : attributes->__u.__s[kStackSizeWord];
    return (std::max(asked, kLeastStackSize) + kStackGranularity - 1) & ~(kStackGranularity - 1);
}

bool isDetachedIn(const pthread_attr_t* attributes) {
    return attributes != nullptr && attributes->__u.__i[kDetachWord] == PTHREAD_CREATE_DETACHED;
}

}  // namespace taipan

extern "C" int pthread_attr_init(pthread_attr_t* attributes) {
    memset(attributes, 0, sizeof *attributes);
    attributes->__u.__s[kStackSizeWord] = kDefaultStackSize;
    return 0;
}
