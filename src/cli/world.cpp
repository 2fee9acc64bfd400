// SPDX-License-Identifier: Apache-2.0
//
// The process's own streams and environment, and the rooms themselves.
#include "cli/world.h"

#include <cstdio>

namespace taipan::cli {

namespace {

std::function<void(std::string_view)> sink(std::FILE* stream) {
    return [stream](std::string_view text) {
        std::fwrite(text.data(), 1, text.size(), stream);
        std::fflush(stream);
    };
}

}  // namespace

World realWorld() {
    World world;
    world.environment = Environment::ofThisProcess();
    world.out = sink(stdout);
    world.err = sink(stderr);
    world.obtain = interpreter::obtain;
    world.ensure = interpreter::ensure;
    world.obtain_test_modules = interpreter::obtainTestModules;
    world.start = launch::start;
    return world;
}

}  // namespace taipan::cli
