// SPDX-License-Identifier: Apache-2.0
//
// Edit distance and lists of words.
#include "support/text.h"

#include <algorithm>

namespace taipan {

size_t editDistance(std::string_view left, std::string_view right) {
    // rows[i][j]: cost of turning the first i characters of left into the first j of right
    std::vector<std::vector<size_t>> rows(left.size() + 1, std::vector<size_t>(right.size() + 1));
    for (size_t i = 0; i <= left.size(); ++i)
        rows[i][0] = i;
    for (size_t j = 0; j <= right.size(); ++j)
        rows[0][j] = j;
    for (size_t i = 1; i <= left.size(); ++i) {
        for (size_t j = 1; j <= right.size(); ++j) {
            const size_t replaced = rows[i - 1][j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1);
            rows[i][j] = std::min({replaced, rows[i - 1][j] + 1, rows[i][j - 1] + 1});
            const bool swapped = i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1];
            if (swapped)
                rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
        }
    }
    return rows[left.size()][right.size()];
}

std::optional<std::string> nearest(std::string_view word, std::span<const std::string_view> candidates) {
    std::optional<std::string> best;
    size_t best_distance = std::max<size_t>(1, word.size() / 2) + 1;
    for (const std::string_view candidate : candidates) {
        const bool abbreviated = word.size() >= 2 && candidate.starts_with(word);
        const size_t distance = abbreviated ? 1 : editDistance(word, candidate);
        if (distance >= best_distance || distance >= candidate.size())
            continue;
        best = candidate;
        best_distance = distance;
    }
    return best;
}

std::string alternatives(std::span<const std::string_view> words) {
    std::string text;
    for (size_t index = 0; index < words.size(); ++index) {
        if (index > 0)
            text += index + 1 == words.size() ? " or " : ", ";
        text += words[index];
    }
    return text;
}

std::vector<std::string> splitLines(std::string_view text) {
    std::vector<std::string> lines;
    while (!text.empty()) {
        const size_t end = text.find('\n');
        lines.emplace_back(text.substr(0, end));
        if (end == std::string_view::npos)
            break;
        text.remove_prefix(end + 1);
    }
    return lines;
}

std::string_view trim(std::string_view text) {
    constexpr std::string_view kSpace = " \t\r\n";
    const size_t first = text.find_first_not_of(kSpace);
    if (first == std::string_view::npos)
        return {};
    return text.substr(first, text.find_last_not_of(kSpace) - first + 1);
}

std::optional<std::vector<std::string>> shellWords(std::string_view line) {
    std::vector<std::string> words;
    bool is_in_word = false;
    char quote = 0;
    for (size_t i = 0; i < line.size(); ++i) {
        const char letter = line[i];
        if (quote == 0 && (letter == ' ' || letter == '\t' || letter == '\n')) {
            is_in_word = false;
            continue;
        }
        if (!is_in_word)
            words.emplace_back();
        is_in_word = true;
        const bool is_escape = letter == '\\' && quote != '\'' && i + 1 < line.size();
        if (is_escape && (quote == 0 || line[i + 1] == '"' || line[i + 1] == '\\')) {
            words.back() += line[++i];
        } else if (letter == quote) {
            quote = 0;
        } else if (quote == 0 && (letter == '\'' || letter == '"')) {
            quote = letter;
        } else {
            words.back() += letter;
        }
    }
    return quote == 0 ? std::optional(words) : std::nullopt;
}

std::string shellQuote(std::string_view word) {
    std::string quoted = "'";
    for (const char character : word)
        quoted += character == '\'' ? "'\\''" : std::string(1, character);
    return quoted + "'";
}

namespace {

/// How many bytes the character that begins here takes, or 0 if none does.
size_t utf8Length(std::string_view text) {
    const auto byte = [&](size_t at) { return static_cast<unsigned char>(text[at]); };
    const unsigned char first = byte(0);
    if (first < 0x80)
        return 1;
    const size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
    if (first < 0xc2 || first > 0xf4 || text.size() < length)
        return 0;
    // The second byte's range keeps out what is overlong, a surrogate or too large.
    const unsigned char low = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
    const unsigned char high = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
    if (byte(1) < low || byte(1) > high)
        return 0;
    for (size_t at = 2; at < length; ++at) {
        if ((byte(at) & 0xc0) != 0x80)
            return 0;
    }
    return length;
}

}  // namespace

bool isUtf8(std::string_view text) {
    while (!text.empty()) {
        const size_t length = utf8Length(text);
        if (length == 0)
            return false;
        text.remove_prefix(length);
    }
    return true;
}

}  // namespace taipan
