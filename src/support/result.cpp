// SPDX-License-Identifier: Apache-2.0
//
// How errors are made and worded.
#include "support/result.h"

#include <fmt/format.h>

#include <cctype>
#include <cerrno>
#include <cstring>

namespace taipan {

std::unexpected<Error> fail(std::string message, std::string hint) {
    return std::unexpected(Error{std::move(message), std::move(hint), ErrorKind::Failed, {}});
}

std::unexpected<Error> misuse(std::string message, std::string hint) {
    return std::unexpected(Error{std::move(message), std::move(hint), ErrorKind::Misuse, {}});
}

std::unexpected<Error> internal(std::string message) {
    return std::unexpected(
        Error{std::move(message), "this is a bug in taipan, please report it", ErrorKind::Internal, {}});
}

std::unexpected<Error> interrupted() {
    return std::unexpected(
        Error{"interrupted", "run the same command again to go on", ErrorKind::Interrupted, {}});
}

namespace {

std::string adviceFor(int error_number) {
    switch (error_number) {
        case ENOSPC:
        case EDQUOT:
            return "free some space on that disk and try again";
        case EROFS:
        case EACCES:
        case EPERM:
            return "choose a folder you may write to";
        default:
            return {};
    }
}

}  // namespace

std::unexpected<Error> failSystem(int error_number, std::string_view what) {
    return fail(fmt::format("{}: {}", what, std::strerror(error_number)), adviceFor(error_number));
}

namespace {

/// Messages quote words, names and answers from outside. Their control characters are spelled out: an error
/// is one line, and none of it is for the terminal to obey.
std::string onOneLine(std::string_view text) {
    std::string line;
    for (const char c : text) {
        if (std::iscntrl(static_cast<unsigned char>(c)) == 0) {
            line += c;
        } else if (c == '\n') {
            line += "\\n";
        } else {
            line += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
        }
    }
    return line;
}

}  // namespace

std::string describe(const Error& error) {
    std::string text;
    for (const std::string& line : error.evidence)
        text += line + "\n";
    text += "taipan: " + onOneLine(error.message);
    if (!error.hint.empty())
        text += "; " + onOneLine(error.hint);
    return text + "\n";
}

int exitCode(const Error& error) {
    return static_cast<int>(error.kind);
}

}  // namespace taipan
