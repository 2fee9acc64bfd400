// SPDX-License-Identifier: Apache-2.0
//
// Failure without exceptions: Result<T> holds a value or an Error that owns its text. TRY hands an error on
// to the caller. An Error becomes one line for the user, `taipan: MESSAGE; HINT`, and a process exit code;
// see describe().
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace taipan {

/// Whose fault it is. The number is the exit code of the process.
enum class ErrorKind : int {
    Failed = 1,         ///< understood, but could not be done
    Misuse = 2,         ///< the command line asks for something that does not exist
    Internal = 70,      ///< our own fault
    Interrupted = 130,  ///< Ctrl-C
};

struct Error {
    std::string message;  ///< what failed, on what: lower case, no full stop, one line
    std::string hint;     ///< what to do about it; empty when nobody knows
    ErrorKind kind = ErrorKind::Failed;
    std::vector<std::string> evidence;  ///< lines to show above the message, such as the end of a log
};

template <typename T>
using Result = std::expected<T, Error>;

std::unexpected<Error> fail(std::string message, std::string hint = {});
std::unexpected<Error> misuse(std::string message, std::string hint = {});
std::unexpected<Error> internal(std::string message);
std::unexpected<Error> interrupted();

/// "WHAT: reason" for a failed system call; a full disk and a read-only place come with advice.
std::unexpected<Error> failSystem(int error_number, std::string_view what);

/// The lines a user sees, each ending in a newline: the evidence, then `taipan: MESSAGE; HINT`.
std::string describe(const Error& error);

int exitCode(const Error& error);

}  // namespace taipan

#define TAIPAN_JOIN_(left, right) left##right
#define TAIPAN_JOIN(left, right) TAIPAN_JOIN_(left, right)
// NOLINTBEGIN(bugprone-macro-parentheses): `result` is the name of a variable
#define TAIPAN_TRY(result, expression)                         \
    __extension__({                                            \
        auto result = (expression);                            \
        if (!result)                                           \
            return std::unexpected(std::move(result).error()); \
        *std::move(result);                                    \
    })
// NOLINTEND(bugprone-macro-parentheses)

/// The value of a Result, or return its error from the enclosing function.
#define TRY(expression) TAIPAN_TRY(TAIPAN_JOIN(taipan_result_, __COUNTER__), expression)
