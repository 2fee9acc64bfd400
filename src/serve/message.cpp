// SPDX-License-Identifier: Apache-2.0
#include "serve/message.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <limits>

namespace taipan::serve {
namespace {

using nlohmann::json;

constexpr size_t kLengthSize = sizeof(uint32_t);

/// Nobody but a damaged program sends fractions or such numbers, but the conversion has to be defined.
long fromDouble(double number) {
    constexpr auto kEnd = -static_cast<double>(std::numeric_limits<long>::min());  // 2**63, exactly
    if (number >= kEnd) {
        return std::numeric_limits<long>::max();
    }
    return number < -kEnd ? std::numeric_limits<long>::min() : static_cast<long>(number);
}

}  // namespace

std::optional<Call> decodeCall(std::string_view body) {
    uint32_t length = 0;
    if (body.size() < kLengthSize) {
        return std::nullopt;
    }
    std::memcpy(&length, body.data(), kLengthSize);
    body.remove_prefix(kLengthSize);
    if (length > body.size()) {
        return std::nullopt;
    }
    json arguments = json::parse(body.substr(0, length), nullptr, /*allow_exceptions=*/false);
    if (!arguments.is_object()) {
        return std::nullopt;
    }
    return Call{.arguments = std::move(arguments), .bytes = body.substr(length)};
}

std::string encodeReply(const Reply& reply) {
    const std::string values = reply.values.dump(-1, ' ', false, json::error_handler_t::replace);
    const auto length = static_cast<uint32_t>(values.size());
    std::string body(kLengthSize, '\0');
    std::memcpy(body.data(), &length, kLengthSize);
    return body.append(values).append(reply.bytes);
}

Reply failure(int error_number) {
    const char* name = ::strerrorname_np(error_number);
    return Reply{.values = {{"errno", name == nullptr ? "EIO" : name}}, .bytes = {}};
}

std::string textOf(const json& arguments, const char* name) {
    const auto found = arguments.find(name);
    return found != arguments.end() && found->is_string() ? found->get<std::string>() : std::string();
}

long numberOf(const json& arguments, const char* name) {
    const auto found = arguments.find(name);
    if (found == arguments.end() || !found->is_number()) {
        return 0;
    }
    if (found->is_number_unsigned()) {
        constexpr uint64_t kMost = std::numeric_limits<long>::max();
        return static_cast<long>(std::min(found->get<uint64_t>(), kMost));
    }
    return found->is_number_float() ? fromDouble(found->get<double>()) : found->get<long>();
}

bool flagOf(const json& arguments, const char* name) {
    const auto found = arguments.find(name);
    return found != arguments.end() && found->is_boolean() && found->get<bool>();
}

}  // namespace taipan::serve
