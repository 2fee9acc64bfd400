// SPDX-License-Identifier: Apache-2.0
#include "kernel/name_table.h"

namespace taipan::kernel {

Result<void> checkName(const std::string& name) {
    constexpr size_t kLongest = 255;
    if (name.size() < 2 || name.rfind('/') != 0)
        return fail(Errno::Invalid);
    if (name.size() - 1 > kLongest)
        return fail(Errno::NameTooLong);
    return {};
}

}  // namespace taipan::kernel
