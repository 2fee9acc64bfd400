// SPDX-License-Identifier: Apache-2.0
//
// Browser: a headless Chromium on a page of our own web server, which hands the program this machine's files
// and streams.
#include "launch/launchers.h"
#include "provision/system_packages.h"
#include "serve/chromium.h"
#include "serve/run_in_browser.h"
#include "support/paths.h"
#include "support/process.h"
#include "support/result.h"

namespace taipan::launch {

Result<void> obtainChromium(const Environment& environment, ProgressStyle progress) {
    // Whoever names one is not given another; why that cannot be used is said when it is started.
    if (environment.get("TAIPAN_CHROMIUM") || serve::findChromium(environment))
        return {};
    const std::string packages[] = {"chromium"};
    return provision::requirePackages(packages, ProcessRunner(environment, nullptr),
                                      TRY(cacheRoot(environment)),
                                      {.quiet = progress == ProgressStyle::Silent});
}

Result<int> startBrowser(const interpreter::Installation& installation, const Program& program,
                         const Environment& environment) {
    std::error_code error;
    const std::filesystem::path working_directory = std::filesystem::current_path(error);
    if (error)
        return failSystem(error.value(), "cannot tell the working directory");
    return serve::runInBrowser({installation.host, installation.python, installation.standard_library},
                               {program.arguments, program.script, working_directory}, environment);
}

}  // namespace taipan::launch
