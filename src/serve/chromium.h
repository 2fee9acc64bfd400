// SPDX-License-Identifier: Apache-2.0
//
// A headless Chromium of our own: with a fresh profile, on one page, gone with this object.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/environment.h"
#include "support/files.h"
#include "support/result.h"

namespace taipan::serve {

/// $TAIPAN_CHROMIUM, or the first of the usual names on PATH.
Result<std::filesystem::path> findChromium(const Environment& environment);

/// The whole command line, apart from being run, for tests to look at.
std::vector<std::string> chromiumArguments(const std::filesystem::path& program,
                                           const std::filesystem::path& profile,
                                           const std::filesystem::path& start_page, bool is_root);

class Chromium {
  public:
    /// Opens `url`. It never stands on a command line, where everybody on the machine could read the token in
    /// it.
    static Result<Chromium> open(const std::string& url, const Environment& environment);

    Chromium(Chromium&& other) noexcept;
    Chromium& operator=(Chromium&& other) noexcept;
    /// Ends the browser with all its processes and removes the profile.
    ~Chromium();

    bool isRunning();

    /// The last line it wrote, for the error message of a browser that died.
    std::string lastWords() const;

  private:
    Chromium(TemporaryDirectory profile, pid_t process) : profile_(std::move(profile)), process_(process) {}

    TemporaryDirectory profile_;
    pid_t process_ = -1;  ///< also its process group; -1 once it is gone
};

}  // namespace taipan::serve
