// SPDX-License-Identifier: Apache-2.0
//
// Reads the machine's apt configuration: which mirror of the Debian archive it uses, and by which keys it
// trusts it. Both formats: one line per source (sources.list) and paragraphs (deb822, *.sources).
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "support/result.h"

namespace taipan::provision {

struct AptSource {
    std::vector<std::string> types;  ///< deb, deb-src
    std::vector<std::string> uris;
    std::vector<std::string> suites;
    std::vector<std::string> components;
    std::string signed_by;  ///< files or an embedded key as the configuration has it; may be empty
    bool enabled = true;
};

std::vector<AptSource> parseOneLineSources(std::string_view text);
std::vector<AptSource> parseDeb822Sources(std::string_view text);

/// All sources of /etc/apt below `root`.
std::vector<AptSource> readAptSources(const std::filesystem::path& root = "/");

struct DebianMirror {
    std::string uri;
    std::string signed_by;
};

/// The mirror that serves `main` of the machine's own release.
Result<DebianMirror> debianMirror(const std::filesystem::path& root = "/");

/// The text of a *.sources file: main of a suite, packages and sources, from the mirror.
std::string deb822Sources(const DebianMirror& mirror, std::string_view suite);

}  // namespace taipan::provision
