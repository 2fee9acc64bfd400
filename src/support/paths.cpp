// SPDX-License-Identifier: Apache-2.0
//
// Looks the places up.
#include "support/paths.h"

#include <pwd.h>
#include <unistd.h>

namespace taipan {

namespace fs = std::filesystem;

Result<fs::path> cacheRoot(const Environment& environment) {
    std::error_code ignored;
    if (const auto chosen = environment.get("TAIPAN_CACHE"))
        return fs::absolute(*chosen, ignored);
    const auto shared = environment.get("XDG_CACHE_HOME");
    if (shared && fs::path(*shared).is_absolute())
        return fs::path(*shared) / "taipan";
    if (const auto home = environment.get("HOME"))
        return fs::absolute(*home, ignored) / ".cache" / "taipan";
    const passwd* user = getpwuid(getuid());
    if (user != nullptr && user->pw_dir != nullptr)
        return fs::path(user->pw_dir) / ".cache" / "taipan";
    return fail("cannot tell where the cache is: HOME is not set",
                "set TAIPAN_CACHE to a folder you may write to");
}

namespace {

bool isRepository(const fs::path& folder) {
    std::error_code ignored;
    return fs::exists(folder / "taipan", ignored) &&
           fs::exists(folder / "src" / "support" / "paths.cpp", ignored);
}

}  // namespace

Result<fs::path> executablePath() {
    std::error_code error;
    fs::path executable = fs::read_symlink("/proc/self/exe", error);
    if (error)
        return failSystem(error.value(), "cannot tell where this program is");
    return executable;
}

Result<fs::path> repositoryRoot() {
    const fs::path executable = TRY(executablePath());
    for (fs::path folder = executable.parent_path(); folder.has_relative_path();
         folder = folder.parent_path()) {
        if (isRepository(folder))
            return folder;
    }
    fs::path built_from = TAIPAN_SOURCE_DIRECTORY;
    if (isRepository(built_from))
        return built_from;
    return fail(std::string("cannot find taipan's own files above ") + executable.string(),
                "run the taipan of a complete checkout");
}

}  // namespace taipan
