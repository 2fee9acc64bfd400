// SPDX-License-Identifier: Apache-2.0
//
// The files a page is made of. Each is served under a name of its own, revalidated by ETag, and under a URL
// that contains the hash of its content and may be cached for ever. `{{NAME}}` in an HTML file becomes that
// URL.
#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "serve/http.h"
#include "support/result.h"

namespace taipan::serve {

/// The media type by the end of the name; unknown ones are bytes.
std::string_view mediaTypeOf(std::string_view name);

/// Whether an Accept-Encoding header allows the encoding (RFC 9110: not with q=0).
bool acceptsEncoding(std::string_view header, std::string_view encoding);

/// What an answer depends on.
struct AssetQuery {
    std::string_view path;             ///< decoded
    std::string_view accept_encoding;  ///< the headers of these names
    std::string_view if_none_match;
};

class Assets {
  public:
    /// Reads and hashes all files; NAME may contain slashes. A file NAME.br or NAME.gz beside the original is
    /// sent in its place to browsers that accept it.
    static Result<Assets> load(const std::map<std::string, std::filesystem::path>& files);

    /// Every file of the folder under its path within.
    static Result<std::map<std::string, std::filesystem::path>> filesOf(const std::filesystem::path& folder);

    /// "/assets/HASH/NAME", or empty when there is no such asset.
    std::string urlOf(std::string_view name) const;

    Response answer(const AssetQuery& query) const;

  private:
    struct Encoded {
        std::string encoding;  ///< as in Content-Encoding
        std::filesystem::path file;
    };
    struct Asset {
        std::filesystem::path file;
        std::string hash;
        std::string text;  ///< HTML only: the text with its placeholders replaced
        std::vector<Encoded> encoded;
    };

    Response send(const std::string& name, const Asset& asset, bool immutable, const AssetQuery& query) const;
    Result<std::string> replacePlaceholders(const std::string& name, std::string_view text) const;

    std::map<std::string, Asset, std::less<>> assets_;
};

}  // namespace taipan::serve
