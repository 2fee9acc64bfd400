// SPDX-License-Identifier: Apache-2.0
//
// The steps that lead to the interpreters, and which of them a target is.
#pragma once

#include "interpreter/interpreter.h"
#include "provision/file_facts.h"
#include "provision/step.h"

namespace taipan::interpreter {

/// All steps, for this machine and environment.
Result<provision::Steps> recipes(const Environment& environment, provision::FileFacts& facts);

Result<provision::Step> cpythonSource(const Environment& environment, provision::FileFacts& facts);
provision::Step nativeInterpreter();

inline constexpr const char* kCpythonSourceStep = "cpython-source";
inline constexpr const char* kNativeStep = "cpython-native";

}  // namespace taipan::interpreter
