// SPDX-License-Identifier: Apache-2.0
//
// One launcher per target, each in the file of its name; the table is in launch.cpp.
#pragma once

#include "launch/launch.h"
#include "support/process.h"

namespace taipan::launch {

using Launcher = Result<int> (*)(const interpreter::Installation&, const Program&, const Environment&);

Result<int> startNative(const interpreter::Installation&, const Program&, const Environment&);
Result<int> startNode(const interpreter::Installation&, const Program&, const Environment&);
Result<int> startBrowser(const interpreter::Installation&, const Program&, const Environment&);
Result<int> startWasi(const interpreter::Installation&, const Program&, const Environment&);

/// A Chromium that is found, or the distribution's.
Result<void> obtainChromium(const Environment& environment, ProgressStyle progress);

/// The command lines, apart from being run, for tests to look at.
Command nativeCommand(const interpreter::Installation& installation, const Program& program);
Command nodeCommand(const interpreter::Installation& installation, const Program& program);
Command wasiCommand(const interpreter::Installation& installation, const Program& program);

}  // namespace taipan::launch
