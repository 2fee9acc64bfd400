// SPDX-License-Identifier: Apache-2.0
//
// Requests and answers as values; the only place besides server.cpp that knows which HTTP library stands
// below.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

struct mg_connection;

namespace taipan::serve {

class Request {
  public:
    explicit Request(mg_connection* connection);

    std::string_view method() const { return method_; }
    /// The path, decoded; without the query.
    std::string_view path() const { return path_; }
    /// Empty when the header is not there.
    std::string_view header(const char* name) const;
    /// The whole body, or false when it was cut off or is larger than `limit`.
    bool readBody(std::string& body, size_t limit) const;

  private:
    mg_connection* connection_;
    std::string_view method_;
    std::string_view path_;
};

struct Response {
    int status = 200;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};

/// Sends the answer with the headers every page of ours carries. `with_body` is false for HEAD.
void send(mg_connection* connection, const Response& response, bool with_body);

Response plainText(int status, std::string text);

}  // namespace taipan::serve
