// SPDX-License-Identifier: Apache-2.0
#include "serve/http.h"

#include <civetweb.h>
#include <fmt/format.h>

namespace taipan::serve {
namespace {

std::string_view reasonOf(int status) {
    switch (status) {
        case 200:
            return "OK";
        case 304:
            return "Not Modified";
        case 400:
            return "Bad Request";
        case 403:
            return "Forbidden";
        case 404:
            return "Not Found";
        case 405:
            return "Method Not Allowed";
        case 413:
            return "Content Too Large";
        default:
            return "Error";
    }
}

/// Isolate the page from everything else in the browser, and let nobody else embed or read it.
constexpr std::string_view kIsolationHeaders =
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Embedder-Policy: require-corp\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n";

}  // namespace

Request::Request(mg_connection* connection) : connection_(connection) {
    const mg_request_info* info = mg_get_request_info(connection);
    method_ = info->request_method;
    path_ = info->local_uri;
}

std::string_view Request::header(const char* name) const {
    const char* value = mg_get_header(connection_, name);
    return value == nullptr ? std::string_view() : std::string_view(value);
}

bool Request::readBody(std::string& body, size_t limit) const {
    const long long length = mg_get_request_info(connection_)->content_length;
    if (length < 0 || static_cast<unsigned long long>(length) > limit) {
        return false;
    }
    body.resize(static_cast<size_t>(length));
    size_t filled = 0;
    while (filled < body.size()) {
        const int count = mg_read(connection_, body.data() + filled, body.size() - filled);
        if (count <= 0) {
            return false;
        }
        filled += static_cast<size_t>(count);
    }
    return true;
}

void send(mg_connection* connection, const Response& response, bool with_body) {
    std::string head = fmt::format("HTTP/1.1 {} {}\r\nContent-Length: {}\r\n{}", response.status,
                                   reasonOf(response.status), response.body.size(), kIsolationHeaders);
    for (const auto& [name, value] : response.headers) {
        head += fmt::format("{}: {}\r\n", name, value);
    }
    head += "\r\n";
    // One write for a small answer: it leaves as one packet.
    constexpr size_t kOnePacket = 32768;
    if (with_body && response.body.size() <= kOnePacket) {
        head += response.body;
    }
    if (mg_write(connection, head.data(), head.size()) <= 0) {
        return;  // the browser went away
    }
    if (with_body && response.body.size() > kOnePacket) {
        mg_write(connection, response.body.data(), response.body.size());
    }
}

Response plainText(int status, std::string text) {
    return Response{.status = status,
                    .headers = {{"Content-Type", "text/plain; charset=utf-8"}, {"Cache-Control", "no-store"}},
                    .body = std::move(text)};
}

}  // namespace taipan::serve
