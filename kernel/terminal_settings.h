// SPDX-License-Identifier: Apache-2.0
//
// termios as a plain struct, in the numbers of the interpreter's C library.
#pragma once

#include <array>
#include <cstdint>
#include <tuple>

namespace taipan::kernel {

enum InputFlags : uint32_t {
    kNewlineToReturn = 0100,
    kIgnoreReturn = 0200,
    kReturnToNewline = 0400,
    kStartStop = 02000,
};
enum OutputFlags : uint32_t { kProcessOutput = 1, kNewlineToReturnNewline = 4 };
enum LocalFlags : uint32_t {
    kSignals = 01,
    kCanonical = 02,
    kEcho = 010,
    kEchoErase = 020,
    kEchoKill = 040,
    kEchoNewline = 0100,
    kNoFlush = 0200,
    kStopOutput = 0400,
    kEchoControl = 01000,
    kEraseKilled = 04000,
    kExtensions = 0100000,
};
enum ControlCharacter : uint8_t {
    kInterruptCharacter = 0,
    kQuitCharacter = 1,
    kEraseCharacter = 2,
    kKillCharacter = 3,
    kEndCharacter = 4,
    kTimeCharacter = 5,
    kMinimumCharacter = 6,
    kSuspendCharacter = 10,
    kEndOfLineCharacter = 11,
    kWordEraseCharacter = 14,
};

/// At first as Linux has them.
struct TerminalSettings {
    uint32_t input = kReturnToNewline | kStartStop;
    uint32_t output = kProcessOutput | kNewlineToReturnNewline;
    uint32_t control = 0277;
    uint32_t local =
        kSignals | kCanonical | kEcho | kEchoErase | kEchoKill | kEchoControl | kEraseKilled | kExtensions;
    std::array<uint8_t, 32> characters = {3, 28, 127, 21, 4, 0, 1, 0, 17, 19, 26, 0, 18, 15, 23, 22};
    uint32_t input_speed = 15;
    uint32_t output_speed = 15;

    static constexpr auto fields() {
        return std::tuple{&TerminalSettings::input,       &TerminalSettings::output,
                          &TerminalSettings::control,     &TerminalSettings::local,
                          &TerminalSettings::characters,  &TerminalSettings::input_speed,
                          &TerminalSettings::output_speed};
    }
};

}  // namespace taipan::kernel
