// SPDX-License-Identifier: Apache-2.0
//
// The process's own streams and environment, and the rooms themselves.
#include "cli/world.h"

#include <cerrno>
#include <cstdio>
#include <memory>

namespace taipan::cli {

namespace {

/// Writes at once; `error` remembers the errno of the first failure.
std::function<void(std::string_view)> sink(std::FILE* stream, std::shared_ptr<int> error) {
    return [stream, error = std::move(error)](std::string_view text) {
        const bool written =
            std::fwrite(text.data(), 1, text.size(), stream) == text.size() && std::fflush(stream) == 0;
        if (!written && *error == 0)
            *error = errno;
    };
}

}  // namespace

World realWorld() {
    World world;
    world.environment = Environment::ofThisProcess();
    const auto out_error = std::make_shared<int>(0);
    world.out = sink(stdout, out_error);
    world.out_error = [out_error] { return *out_error; };
    world.err = sink(stderr, std::make_shared<int>(0));
    world.obtain = interpreter::obtain;
    world.ensure = interpreter::ensure;
    world.prepare = launch::prepare;
    world.obtain_test_modules = interpreter::obtainTestModules;
    world.compile = [](const bundle::Request& request, const Environment& environment,
                       ProgressStyle progress) -> Result<bundle::Report> {
        return bundle::compile(request, TRY(interpreter::obtainBundleTools(environment, progress)),
                               environment,
                               progress == ProgressStyle::Bar ? progress : ProgressStyle::Silent);
    };
    world.start = launch::start;
    return world;
}

}  // namespace taipan::cli
