// SPDX-License-Identifier: Apache-2.0
#include "serve/assets.h"

#include <fmt/format.h>

#include <array>
#include <system_error>

#include "support/files.h"
#include "support/sha256.h"
#include "support/text.h"

namespace taipan::serve {
namespace {

namespace fs = std::filesystem;

/// So many hexadecimal digits of the hash tell two versions of a file apart.
constexpr size_t kHashDigits = 16;
constexpr std::string_view kHashedPrefix = "/assets/";
constexpr std::string_view kIndex = "index.html";

struct MediaType {
    std::string_view ending;
    std::string_view type;
};

constexpr std::array kMediaTypes{
    MediaType{".css", "text/css; charset=utf-8"},
    MediaType{".html", "text/html; charset=utf-8"},
    MediaType{".ico", "image/x-icon"},
    MediaType{".js", "text/javascript; charset=utf-8"},
    MediaType{".json", "application/json"},
    MediaType{".mjs", "text/javascript; charset=utf-8"},
    MediaType{".png", "image/png"},
    MediaType{".py", "text/x-python; charset=utf-8"},
    MediaType{".svg", "image/svg+xml"},
    MediaType{".txt", "text/plain; charset=utf-8"},
    MediaType{".wasm", "application/wasm"},
    MediaType{".webmanifest", "application/manifest+json"},
    MediaType{".woff2", "font/woff2"},
    MediaType{".zip", "application/zip"},
};

struct Encoding {
    std::string_view name;
    std::string_view ending;
};

/// Best first.
constexpr std::array kEncodings{Encoding{"br", ".br"}, Encoding{"gzip", ".gz"}};

bool isHtml(std::string_view name) {
    return name.ends_with(".html");
}

/// "q" of one element of Accept-Encoding is zero.
bool isRefused(std::string_view parameters) {
    const size_t at = parameters.find("q=");
    if (at == std::string_view::npos) {
        return false;
    }
    const std::string_view number = trim(parameters.substr(at + 2));
    return !number.empty() && number.find_first_not_of("0.") == std::string_view::npos;
}

}  // namespace

std::string_view mediaTypeOf(std::string_view name) {
    for (const MediaType& row : kMediaTypes) {
        if (name.ends_with(row.ending)) {
            return row.type;
        }
    }
    return "application/octet-stream";
}

bool acceptsEncoding(std::string_view header, std::string_view encoding) {
    while (!header.empty()) {
        const size_t comma = header.find(',');
        const std::string_view element = header.substr(0, comma);
        header = comma == std::string_view::npos ? std::string_view() : header.substr(comma + 1);
        const size_t semicolon = element.find(';');
        if (trim(element.substr(0, semicolon)) == encoding) {
            return semicolon == std::string_view::npos || !isRefused(element.substr(semicolon + 1));
        }
    }
    return false;
}

Result<std::map<std::string, fs::path>> Assets::filesOf(const fs::path& folder) {
    std::map<std::string, fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->is_regular_file(error)) {
            files.emplace(entry->path().lexically_relative(folder).generic_string(), entry->path());
        }
    }
    if (error) {
        return failSystem(error.value(), fmt::format("cannot read the folder {}", folder.string()));
    }
    return files;
}

Result<Assets> Assets::load(const std::map<std::string, fs::path>& files) {
    Assets assets;
    for (const auto& [name, file] : files) {
        Asset asset{.file = file, .hash = {}, .text = {}, .encoded = {}};
        if (!isHtml(name)) {
            asset.hash = TRY(sha256OfFile(file)).substr(0, kHashDigits);
            for (const Encoding& encoding : kEncodings) {
                fs::path sibling = file;
                sibling += encoding.ending;
                std::error_code error;
                if (fs::is_regular_file(sibling, error)) {
                    asset.encoded.push_back({std::string(encoding.name), sibling});
                }
            }
        }
        assets.assets_.emplace(name, std::move(asset));
    }
    // Pages last: they name the others by their hashes.
    for (auto& [name, asset] : assets.assets_) {
        if (isHtml(name)) {
            asset.text = TRY(assets.replacePlaceholders(name, TRY(readFile(asset.file))));
            asset.hash = sha256OfText(asset.text).substr(0, kHashDigits);
        }
    }
    return assets;
}

Result<std::string> Assets::replacePlaceholders(const std::string& page, std::string_view text) const {
    std::string result;
    while (true) {
        const size_t open = text.find("{{");
        const size_t close = open == std::string_view::npos ? open : text.find("}}", open);
        if (close == std::string_view::npos) {
            return result.append(text);
        }
        const std::string_view name = text.substr(open + 2, close - open - 2);
        const std::string url = urlOf(name);
        if (url.empty()) {
            return internal(fmt::format("{} names the asset {}, which does not exist", page, name));
        }
        result.append(text.substr(0, open)).append(url);
        text.remove_prefix(close + 2);
    }
}

std::string Assets::urlOf(std::string_view name) const {
    const auto found = assets_.find(name);
    return found == assets_.end() ? std::string()
                                  : fmt::format("{}{}/{}", kHashedPrefix, found->second.hash, name);
}

Response Assets::answer(const AssetQuery& query) const {
    // Only names of the table are answered, so that no path can lead out of the folders.
    std::string_view path = query.path;
    std::string_view hash;
    if (path.starts_with(kHashedPrefix)) {
        const std::string_view rest = path.substr(kHashedPrefix.size());
        const size_t slash = rest.find('/');
        if (slash != std::string_view::npos) {
            hash = rest.substr(0, slash);
            path = rest.substr(slash);
        }
    }
    const std::string_view name = path == "/" ? kIndex : path.substr(path.empty() ? 0 : 1);
    const auto found = assets_.find(name);
    if (found == assets_.end() || (!hash.empty() && hash != found->second.hash)) {
        return plainText(404, "there is nothing here\n");
    }
    return send(found->first, found->second, !hash.empty(), query);
}

Response Assets::send(const std::string& name, const Asset& asset, bool immutable,
                      const AssetQuery& query) const {
    Response response;
    const auto add = [&response](std::string header, std::string value) {
        response.headers.emplace_back(std::move(header), std::move(value));
    };
    const fs::path* file = &asset.file;
    std::string tag = asset.hash;
    for (const Encoded& encoded : asset.encoded) {
        if (acceptsEncoding(query.accept_encoding, encoded.encoding)) {
            file = &encoded.file;
            tag += "-" + encoded.encoding;
            add("Content-Encoding", encoded.encoding);
            break;
        }
    }
    if (!asset.encoded.empty()) {
        add("Vary", "Accept-Encoding");
    }
    const std::string quoted = fmt::format("\"{}\"", tag);
    add("ETag", quoted);
    add("Cache-Control", immutable ? "public, max-age=31536000, immutable" : "no-cache");
    add("Content-Type", std::string(mediaTypeOf(name)));
    if (query.if_none_match == quoted) {
        response.status = 304;
        return response;
    }
    if (isHtml(name)) {
        response.body = asset.text;
        return response;
    }
    Result<std::string> content = readFile(*file);
    if (!content) {
        return plainText(404, describe(content.error()));
    }
    response.body = std::move(*content);
    return response;
}

}  // namespace taipan::serve
