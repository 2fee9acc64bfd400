// SPDX-License-Identifier: Apache-2.0
//
// `npm ci` with everything off that is not the packages themselves.
#include "provision/npm.h"

#include <fmt/format.h>

#include "support/files.h"

namespace taipan::provision {

namespace fs = std::filesystem;

Result<void> installNpmPackages(StepContext& context, const fs::path& folder, bool with_development) {
    for (const char* name : {"package.json", "package-lock.json"})
        TRY(writeFile(context.output() / name, TRY(readFile(folder / name))));
    Command npm{
        {"npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier",
         "--loglevel=warn",
         // Its own two more attempts wait for over a minute; ours is to say what to do and go on later.
         "--fetch-retries=1", "--cache", (context.cache() / "npm").string()},
        context.output(),
        {}};
    if (!with_development)
        npm.arguments.emplace_back("--omit=dev");
    if (context.command(npm))
        return {};
    if (context.runner().interrupted())
        return interrupted();
    return fail(fmt::format("npm cannot fetch the packages of {}", (folder / "package-lock.json").string()),
                fmt::format("check the network and npm's registry setting, and run it again; the log is {}",
                            context.log().string()));
}

}  // namespace taipan::provision
