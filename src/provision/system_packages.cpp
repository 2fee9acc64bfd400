// SPDX-License-Identifier: Apache-2.0
//
// The table of packages, the probes, and apt-get.
#include "provision/system_packages.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <array>

namespace taipan::provision {

namespace fs = std::filesystem;

namespace {

// The same package may have several rows: it is needed unless all its probes are found. A probe is
//   COMMAND        on PATH, or /usr/lib/llvm-19/bin
//   include:FILE   below /usr/include, /usr/local/include or /usr/include/<machine>-linux-gnu
//   lib:FILE       below /usr/lib
constexpr auto kPackages = std::to_array<SystemPackage>({
    {"g++", "g++"},
    {"make", "make"},
    {"pkg-config", "pkg-config"},
    {"patch", "patch"},
    {"perl", "perl"},
    {"tcl", "tclsh"},
    {"xz-utils", "xz"},
    {"bzip2", "bzip2"},
    {"dpkg-dev", "dpkg-source"},
    {"ca-certificates", "lib:../share/ca-certificates"},
    {"cmake", "cmake"},
    {"ninja-build", "ninja"},
    {"python3", "python3"},
    {"python3-pip", "pip3"},
    {"npm", "npm"},
    {"npm", "node"},
    {"chromium", "chromium"},
    {"clang-19", "clang-19"},
    {"clang-19", "clang++-19"},
    {"lld-19", "wasm-ld-19"},
    {"llvm-19", "llvm-ar-19"},
    {"llvm-19", "llvm-nm-19"},
    {"libclang-rt-19-dev-wasm32", "lib:llvm-19/lib/clang/19/lib/wasi/libclang_rt.builtins-wasm32.a"},
    {"libgtest-dev", "include:gtest/gtest.h"},
    {"libffi-dev", "include:ffi.h"},
    {"libbz2-dev", "include:bzlib.h"},
    {"liblzma-dev", "include:lzma.h"},
    {"libsqlite3-dev", "include:sqlite3.h"},
    {"zlib1g-dev", "include:zlib.h"},
    {"libssl-dev", "include:openssl/ssl.h"},
    {"uuid-dev", "include:uuid/uuid.h"},
    {"libreadline-dev", "include:readline/readline.h"},
    {"libncurses-dev", "include:curses.h"},
});

constexpr std::string_view kIncludeProbe = "include:";
constexpr std::string_view kLibraryProbe = "lib:";

bool existsBelow(const fs::path& folder, std::string_view file) {
    std::error_code ignored;
    return fs::exists(folder / file, ignored);
}

/// Debian keeps machine-dependent headers in /usr/include/x86_64-linux-gnu and the like.
bool isHeaderPresent(const fs::path& root, std::string_view header) {
    if (existsBelow(root / "usr/include", header) || existsBelow(root / "usr/local/include", header))
        return true;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(root / "usr/include", ignored)) {
        const bool is_machine_folder =
            entry.path().filename().string().find("-linux-gnu") != std::string::npos;
        if (is_machine_folder && existsBelow(entry.path(), header))
            return true;
    }
    return false;
}

bool isPresent(std::string_view probe, const Environment& environment, const fs::path& root) {
    if (probe.starts_with(kIncludeProbe))
        return isHeaderPresent(root, probe.substr(kIncludeProbe.size()));
    if (probe.starts_with(kLibraryProbe))
        return existsBelow(root / "usr/lib", probe.substr(kLibraryProbe.size()));
    return environment.findProgram(probe).has_value();
}

bool isKnown(std::string_view package) {
    return std::ranges::find(kPackages, package, &SystemPackage::package) != kPackages.end();
}

}  // namespace

std::span<const SystemPackage> systemPackages() {
    return kPackages;
}

Result<std::vector<std::string>> missingPackages(std::span<const std::string> wanted,
                                                 const Environment& environment, const fs::path& root) {
    for (const std::string& package : wanted) {
        if (!isKnown(package))
            return internal(fmt::format("no probe is known for the package {}", package));
    }
    std::vector<std::string> missing;
    for (const SystemPackage& row : kPackages) {
        if (std::ranges::find(wanted, row.package) == wanted.end())
            continue;
        if (!missing.empty() && missing.back() == row.package)
            continue;
        if (!isPresent(row.probe, environment, root))
            missing.emplace_back(row.package);
    }
    return missing;
}

namespace {

Command aptGet(bool through_sudo, std::vector<std::string> arguments) {
    std::vector<std::string> line;
    if (through_sudo)
        line = {"sudo", "DEBIAN_FRONTEND=noninteractive"};
    line.emplace_back("apt-get");
    line.insert(line.end(), arguments.begin(), arguments.end());
    return {line, "/", {{"DEBIAN_FRONTEND", "noninteractive"}}};
}

std::vector<std::string> installArguments(std::span<const std::string> packages) {
    std::vector<std::string> arguments = {"install", "-y", "--no-install-recommends"};
    arguments.insert(arguments.end(), packages.begin(), packages.end());
    return arguments;
}

std::unexpected<Error> failWithAdvice(std::span<const std::string> packages, const Environment& environment) {
    const std::string list = fmt::format("{}", fmt::join(packages, " "));
    if (!environment.findProgram("apt-get"))
        return fail("these packages of Debian, or what they stand for, are missing: " + list,
                    "install them with this machine's package manager and run it again");
    return fail(
        "missing distribution packages: " + list,
        fmt::format("type: sudo apt-get update && sudo apt-get install -y --no-install-recommends {}", list));
}

/// sudo may ask for a password, which needs a terminal; without one only a sudo that does not ask is of use.
bool canUseSudo(const ProcessRunner& runner) {
    if (!runner.environment().findProgram("sudo"))
        return false;
    if (isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1)
        return true;
    const auto status = runner.run({{"sudo", "-n", "true"}, "/", {}}, Streams::Log);
    return status && status->ok();
}

}  // namespace

Result<void> installPackages(std::span<const std::string> packages, const ProcessRunner& runner,
                             const fs::path& log, const PackageInstallation& how) {
    const bool is_root = geteuid() == 0;
    const bool has_apt = runner.environment().findProgram("apt-get").has_value();
    if (!how.allowed || !has_apt || (!is_root && !canUseSudo(runner)))
        return failWithAdvice(packages, runner.environment());
    if (!how.quiet)
        fmt::print(stderr, "taipan: installing distribution packages: {}\n", fmt::join(packages, " "));
    std::error_code ignored;
    fs::create_directories(log.parent_path(), ignored);
    if (!is_root)
        (void)runner.run({{"sudo", "-v"}, "/", {}}, Streams::Inherited);  // the password, asked for once
    const Command install = aptGet(!is_root, installArguments(packages));
    if (TRY(runner.run(install, Streams::Log, log)).ok())
        return {};
    TRY(runner.run(aptGet(!is_root, {"update"}), Streams::Log, log));  // lists are absent or out of date
    if (TRY(runner.run(install, Streams::Log, log)).ok())
        return {};
    return fail(fmt::format("cannot install the distribution packages {}", fmt::join(packages, " ")),
                fmt::format("see {} and check the network, then run it again", log.string()));
}

Result<void> requirePackages(std::span<const std::string> wanted, const ProcessRunner& runner,
                             const fs::path& cache, const PackageInstallation& how) {
    const std::vector<std::string> lacking = TRY(missingPackages(wanted, runner.environment()));
    if (lacking.empty())
        return {};
    return installPackages(lacking, runner, cache / "logs" / "packages.log", how);
}

}  // namespace taipan::provision
