// SPDX-License-Identifier: Apache-2.0
//
// The bytes of the bridge's requests: whatever they are, there is an answer that the worker can read.
#include <fcntl.h>
#include <fmt/format.h>

#include <climits>

#include "serve/bridge.h"
#include "serve/message.h"
#include "support/file_descriptor.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary.h"

namespace taipan::serve {
namespace {

using nlohmann::json;

/// A text under its true length, be it JSON or not.
std::string framed(std::string_view text) {
    const std::string empty = encodeReply({});  // a length and "{}"
    std::string body = empty.substr(0, empty.size() - 2);
    for (size_t at = 0, rest = text.size(); at < body.size(); ++at, rest >>= 8U)
        body[at] = static_cast<char>(rest & 0xffU);
    return body.append(text);
}

std::string packed(std::string_view values, std::string_view bytes = {}) {
    return encodeReply({.values = json::parse(values), .bytes = std::string(bytes)});
}

const testing::Corpus kBodies{
    {packed("{}"), packed(R"({"code":7})"), packed(R"({"length":10})"), packed("{}", "some output"),
     packed(R"({"path":"/a","flags":577,"mode":438,"atime":"now","follow":true})"),
     packed(R"({"handle":3,"position":0,"length":65536})", "bytes")},
    {"\"code\":", "\"length\":", "-1", "1e400", "1e300", "-1e300", "18446744073709551615", "0.5", "null",
     "\"7\"", "[[[[", "{", "}", "\\ud800", "\\u0000", "\xff", std::string(4, '\0'), "\xff\xff\xff\xff"}};

/// What stands under the length: damage there is not damage to the frame. Every argument with every type.
const testing::Corpus kArguments{
    [] {
        std::vector<std::string> seeds{R"({"path":"/a","flags":577,"atime":"now","follow":true})"};
        for (const char* name : {"code", "length", "handle", "position", "path", "follow"}) {
            for (const char* value : {"7", "-1", "0.5", "1e300", "-1e300", "18446744073709551615", "true",
                                      "null", R"("seven")", "[1]", "{}"})
                seeds.push_back(fmt::format(R"({{"{}":{}}})", name, value));
        }
        return seeds;
    }(),
    kBodies.words};

void expectTheSameAgain(const std::string& body) {
    const std::optional<Call> call = decodeCall(body);
    if (!call)
        return;
    ASSERT_TRUE(call->arguments.is_object());
    ASSERT_TRUE(body.ends_with(call->bytes));
    const std::string again = encodeReply({.values = call->arguments, .bytes = std::string(call->bytes)});
    const std::optional<Call> second = decodeCall(again);
    ASSERT_TRUE(second);
    EXPECT_EQ(second->arguments, call->arguments);
    EXPECT_EQ(second->bytes, call->bytes);
}

TEST(MessageFuzz, ACallThatIsReadIsWrittenTheSame) {
    testing::fuzz(kBodies, 3000, expectTheSameAgain);
    testing::fuzz(kArguments, 3000, [](const std::string& text) { expectTheSameAgain(framed(text)); });
}

TEST(MessageFuzz, ArgumentsHaveTheirTypeOrItsZero) {
    testing::fuzz(kArguments, 3000, [](const std::string& text) {
        const std::optional<Call> call = decodeCall(framed(text));
        if (!call)
            return;
        for (const auto& [name, value] : call->arguments.items()) {
            if (name.contains('\0'))
                continue;  // no name of ours
            EXPECT_EQ(textOf(call->arguments, name.c_str()).empty(), !value.is_string() || value == "");
            EXPECT_TRUE(value.is_number() || numberOf(call->arguments, name.c_str()) == 0);
            EXPECT_TRUE(value.is_boolean() || !flagOf(call->arguments, name.c_str()));
        }
    });
}

TEST(MessageFuzz, EveryCallIsAnswered) {
    const FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const testing::Temporary folder;
    const auto bridge = *Bridge::create({.arguments = {"-c", "pass"},
                                         .environment = {{"NAME", "\xff"}},
                                         .working_directory = folder.path(),
                                         .roots = {folder.path()},
                                         .input = nothing.number(),
                                         .output = nothing.number(),
                                         .error = nothing.number()});
    const auto ask = [&](const std::string& body) {
        for (const std::string_view operation : {"start", "stdin", "stdout", "stderr", "signal", "terminal",
                                                 "exit", "failed", "fs/stat", "fs/read", "", "fs/"}) {
            bridge->deliver(2);
            const Response response = bridge->answerCall(operation, body);
            ASSERT_EQ(response.status, decodeCall(body) ? 200 : 400);
            ASSERT_TRUE(response.status != 200 || decodeCall(response.body)) << operation;
        }
    };
    testing::fuzz(kBodies, 300, ask);
    testing::fuzz(kArguments, 500, [&](const std::string& text) { ask(framed(text)); });
}

TEST(Message, NumbersEndAtThoseOfALong) {
    const auto number = [](const char* text) { return numberOf({{"n", json::parse(text)}}, "n"); };
    EXPECT_EQ(number("7"), 7);
    EXPECT_EQ(number("-7"), -7);
    EXPECT_EQ(number("1e300"), LONG_MAX);
    EXPECT_EQ(number("-1e300"), LONG_MIN);
    EXPECT_EQ(number("9223372036854775808.0"), LONG_MAX);
    EXPECT_EQ(number("18446744073709551615"), LONG_MAX);
    EXPECT_EQ(number("2.9"), 2);
    EXPECT_EQ(number("\"7\""), 0);
    EXPECT_EQ(numberOf(json::object(), "n"), 0);
}

TEST(Message, AnArgumentOfAnotherTypeIsNoReasonToFall) {
    const FileDescriptor nothing(::open("/dev/null", O_RDWR | O_CLOEXEC));
    const auto bridge = *Bridge::create({.arguments = {},
                                         .environment = {},
                                         .working_directory = "/",
                                         .roots = {},
                                         .input = nothing.number(),
                                         .output = nothing.number(),
                                         .error = nothing.number()});
    EXPECT_EQ(bridge->answerCall("stdin", packed(R"({"length":"all"})")).status, 200);
    EXPECT_EQ(bridge->answerCall("exit", packed(R"({"code":"seven"})")).status, 200);
    EXPECT_EQ(bridge->waitForEnd(0)->code, 0);
}

}  // namespace
}  // namespace taipan::serve
