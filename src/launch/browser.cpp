// SPDX-License-Identifier: Apache-2.0
//
// Browser: a headless Chromium on a page of our own web server, which hands the program this machine's files
// and streams.
#include "launch/launchers.h"
#include "serve/run_in_browser.h"
#include "support/result.h"

namespace taipan::launch {

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
