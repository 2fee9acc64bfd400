// SPDX-License-Identifier: Apache-2.0
//
// `taipan serve`: the page with a Python prompt, until Ctrl-C.
#pragma once

#include <functional>
#include <string>

#include "serve/run_in_browser.h"
#include "support/environment.h"
#include "support/result.h"

namespace taipan::serve {

inline constexpr int kDefaultPort = 8000;

struct PageOptions {
    int port = kDefaultPort;
    bool open = false;  ///< in the user's own browser
};

/// Serves until the process is told to stop; `announce` is called once with the page's address. REQUIRES: no
/// other thread of this process runs.
Result<void> servePage(const PageFiles& files, const PageOptions& options, const Environment& environment,
                       const std::function<void(const std::string& url)>& announce);

}  // namespace taipan::serve
