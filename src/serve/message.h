// SPDX-License-Identifier: Apache-2.0
//
// What the bridge and a program in the browser say to each other. A request and its answer are binary: the
// length of a JSON text as 32 bits (little endian), that text, bytes.
#pragma once

#include <nlohmann/json.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace taipan::serve {

/// One call: what came with it and what goes back. Bytes travel beside the JSON.
struct Call {
    nlohmann::json arguments;  ///< an object
    std::string_view bytes;
};

struct Reply {
    nlohmann::json values = nlohmann::json::object();
    std::string bytes;
};

/// None when the request is malformed. The call's bytes are the body's own.
std::optional<Call> decodeCall(std::string_view body);

std::string encodeReply(const Reply& reply);

/// {"errno": "ENOENT"}, the name rather than a number: those differ between here and the interpreter.
Reply failure(int error_number);

/// An argument, or the type's zero when it is missing or of another type. Numbers end at those of a long.
std::string textOf(const nlohmann::json& arguments, const char* name);
long numberOf(const nlohmann::json& arguments, const char* name);
bool flagOf(const nlohmann::json& arguments, const char* name);

}  // namespace taipan::serve
