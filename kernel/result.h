// SPDX-License-Identifier: Apache-2.0
//
// Why a request failed, numbered as WASI and Emscripten do, and the way such a failure travels.
#pragma once

#include <cstdint>
#include <expected>
#include <utility>

namespace taipan::kernel {

enum class Errno : uint16_t {
    None = 0,
    TooBig = 1,
    Access = 2,
    AddressInUse = 3,
    AddressNotAvailable = 4,
    FamilyNotSupported = 5,
    Again = 6,
    Already = 7,
    BadDescriptor = 8,
    Busy = 10,
    NoChild = 12,
    ConnectionRefused = 14,
    ConnectionReset = 15,
    Deadlock = 16,
    DestinationRequired = 17,
    Exists = 20,
    InProgress = 26,
    Interrupted = 27,
    Invalid = 28,
    Io = 29,
    IsConnected = 30,
    Loop = 32,
    ProcessFiles = 33,
    MessageSize = 35,
    NameTooLong = 37,
    NetworkUnreachable = 40,
    SystemFiles = 41,
    NoDevice = 43,
    NoEntry = 44,
    NoLocks = 46,
    NoMemory = 48,
    NoProtocolOption = 50,
    NotImplemented = 52,
    NotConnected = 53,
    NotSocket = 57,
    NotTerminal = 59,
    NoSuchDevice = 60,
    Overflow = 61,
    NotPermitted = 63,
    BrokenPipe = 64,
    ProtocolNotSupported = 66,
    WrongProtocolType = 67,
    Range = 68,
    IllegalSeek = 70,
    NoProcess = 71,
    TimedOut = 73,
    NotSupported = 138,
    TooManyReferences = 141,
};

template <class T>
using Result = std::expected<T, Errno>;

inline std::unexpected<Errno> fail(Errno error) {
    return std::unexpected(error);
}

}  // namespace taipan::kernel

/// The value of a result, or the function ends with the same failure.
#define KERNEL_TRY(expression)                                 \
    __extension__({                                            \
        auto kernel_try_result = (expression);                 \
        if (!kernel_try_result)                                \
            return std::unexpected(kernel_try_result.error()); \
        std::move(*kernel_try_result);                         \
    })

/// The same for a result without a value.
#define KERNEL_CHECK(expression)                                                 \
    do {                                                                         \
        if (const auto kernel_check_result = (expression); !kernel_check_result) \
            return std::unexpected(kernel_check_result.error());                 \
    } while (false)
