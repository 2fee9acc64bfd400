// SPDX-License-Identifier: Apache-2.0
//
// The pins. A row changes when we move to another upstream version, on purpose.
#include "provision/source_pins.h"

#include <algorithm>
#include <array>

namespace taipan::provision {

namespace {

constexpr auto kPins = std::to_array<SourcePin>({
    {"python3.13", "python3.13_3.13.5.orig.tar.xz",
     "93e583f243454e6e9e4588ca2c2662206ad961659863277afcdb96801647d640"},
    {"zlib", "zlib_1.3.dfsg+really1.3.1.orig.tar.gz",
     "60dd315c07f616887caa029408308a018ace66e3d142726a97db164b3b8f69fb"},
    {"bzip2", "bzip2_1.0.8.orig.tar.gz", "ab5a03176ee106d3f0fa90e381da478ddae405918153cca248e682cd0c4a2269"},
    {"xz-utils", "xz-utils_5.8.1.orig.tar.xz",
     "0b54f79df85912504de0b14aec7971e3f964491af1812d83447005807513cd9e"},
    {"sqlite3", "sqlite3_3.46.1.orig.tar.xz",
     "d0cdd2ece271b29e7ce18095745d892517ee26d0f270065b3a25c2e9eb11639c"},
    {"openssl", "openssl_3.5.7.orig.tar.gz",
     "a8c0d28a529ca480f9f36cf5792e2cd21984552a3c8e4aa11a24aa31aeac98e8"},
    {"libffi", "libffi_3.4.8.orig.tar.gz",
     "cbb7f0b3b095dc506387ec1e35b891bfb4891d05b90a495bc69a10f2293f80ff"},
});

}  // namespace

std::span<const SourcePin> sourcePins() {
    return kPins;
}

const SourcePin& sourcePin(std::string_view package) {
    return *std::ranges::find(kPins, package, &SourcePin::package);
}

}  // namespace taipan::provision
