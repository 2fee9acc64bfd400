// SPDX-License-Identifier: Apache-2.0
//
// The interpreters: which targets there are, where a built one lies, and having it built.
#pragma once

#include <filesystem>
#include <optional>
#include <span>
#include <string_view>

#include "support/environment.h"
#include "support/progress.h"
#include "support/result.h"

namespace taipan::interpreter {

enum class Target { Native, Node, Browser, Wasi };

struct TargetRow {
    Target target;
    std::string_view name;
    std::string_view purpose;  ///< for help texts
};

/// The one table of targets.
std::span<const TargetRow> targets();

/// The targets themselves, in the table's order.
std::span<const Target> allTargets();

std::string_view nameOf(Target target);
std::optional<Target> targetNamed(std::string_view name);

/// The target of a program when nobody names one.
inline constexpr Target kDefaultTarget = Target::Node;

struct Installation {
    std::filesystem::path python;  ///< native: the executable; else the folder with python.wasm
    std::filesystem::path
        standard_library;        ///< native: the folder with os.py; else the file or folder that has it
    std::filesystem::path node;  ///< Node's executable; empty where none is needed
    std::filesystem::path host;  ///< folder with node.mjs and wasi.mjs; empty where none is needed
};

/// The installation if it is ready, fast; nullopt: ensure() has something to do.
Result<std::optional<Installation>> locate(Target target, const Environment& environment);

/// Makes what is missing or damaged for these targets; at once if nothing is.
Result<void> ensure(std::span<const Target> wanted, const Environment& environment, ProgressStyle progress);

/// locate(), and if that finds nothing ensure() and locate().
Result<Installation> obtain(Target target, const Environment& environment, ProgressStyle progress);

/// The folder with the extension modules that CPython's tests want, for targets that load them from files;
/// made if need be.
Result<std::filesystem::path> obtainTestModules(const Environment& environment, ProgressStyle progress);

/// What makes a program one file.
struct BundleTools {
    std::filesystem::path kit;               ///< see bundle_kit.cpp
    std::filesystem::path python;            ///< the native interpreter, which reads programs
    std::filesystem::path standard_library;  ///< sources
    std::filesystem::path node;              ///< runs a program up to its snapshot
    std::filesystem::path host;              ///< folder with prepare.mjs
};

/// Made if need be.
Result<BundleTools> obtainBundleTools(const Environment& environment, ProgressStyle progress);

}  // namespace taipan::interpreter
