// SPDX-License-Identifier: Apache-2.0
//
// All that a verb may touch, handed to it, so that tests can hand in something else.
#pragma once

#include <functional>
#include <span>
#include <string_view>

#include "bundle/bundle.h"
#include "interpreter/interpreter.h"
#include "launch/launch.h"
#include "support/environment.h"
#include "support/progress.h"

namespace taipan::cli {

struct World {
    using Target = interpreter::Target;

    Environment environment;
    std::function<void(std::string_view)> out;  ///< standard output: results
    std::function<void(std::string_view)> err;  ///< standard error: everything else
    std::function<int()> out_error;  ///< the errno of the first write to standard output that failed, or 0

    std::function<Result<interpreter::Installation>(Target, const Environment&, ProgressStyle)> obtain;
    std::function<Result<void>(std::span<const Target>, const Environment&, ProgressStyle)> ensure;
    std::function<Result<void>(Target, const Environment&, ProgressStyle)> prepare;
    std::function<Result<std::filesystem::path>(const Environment&, ProgressStyle)> obtain_test_modules;
    std::function<Result<bundle::Report>(const bundle::Request&, const Environment&, ProgressStyle)> compile;
    std::function<Result<int>(Target, const interpreter::Installation&, const launch::Program&,
                              const Environment&)>
        start;
};

/// The real one.
World realWorld();

}  // namespace taipan::cli
