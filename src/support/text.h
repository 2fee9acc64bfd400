// SPDX-License-Identifier: Apache-2.0
//
// Small questions about text.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace taipan {

/// Insertions, removals, replacements and swaps of neighbours between the two.
size_t editDistance(std::string_view left, std::string_view right);

/// The candidate that was probably meant, or none if nothing is near.
std::optional<std::string> nearest(std::string_view word, std::span<const std::string_view> candidates);

/// "a, b or c".
std::string alternatives(std::span<const std::string_view> words);

std::vector<std::string> splitLines(std::string_view text);

std::string_view trim(std::string_view text);

/// Whether all of it is well-formed UTF-8 (RFC 3629): nothing overlong, no surrogates, nothing above
/// U+10FFFF.
bool isUtf8(std::string_view text);

/// The words of a line, as a shell takes quotes and backslashes; nullopt if a quote has no end.
std::optional<std::vector<std::string>> shellWords(std::string_view line);

/// One word of a shell's command line, whatever is in it.
std::string shellQuote(std::string_view word);

}  // namespace taipan
