// SPDX-License-Identifier: Apache-2.0
//
// Fuzzing within ordinary tests: inputs are made from seeds by damaging them, each one by its number alone,
// so that a number that failed can be tried again.
//   TAIPAN_FUZZ_ROUNDS=N   N times as many inputs
//   TAIPAN_FUZZ_ONLY=N     the input of that number and no other
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <string>
#include <string_view>
#include <vector>

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif

namespace taipan::testing {

/// What inputs of a parser are made of.
struct Corpus {
    std::vector<std::string> seeds;
    std::vector<std::string> words;  ///< that mean something to the parser
};

/// The same numbers everywhere, unlike the standard library's distributions (SplitMix64's constants).
class Random {
  public:
    explicit Random(uint64_t seed) : state_(seed) {}

    uint64_t next() {
        state_ += 0x9e3779b97f4a7c15U;
        uint64_t mixed = state_;
        mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
        mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
        return mixed ^ (mixed >> 31U);
    }
    /// REQUIRES: limit > 0.
    size_t below(size_t limit) { return static_cast<size_t>(next() % limit); }
    char byte() { return static_cast<char>(next() & 0xffU); }
    template <typename T>
    const T& oneOf(const std::vector<T>& choices) {
        return choices[below(choices.size())];
    }

  private:
    uint64_t state_;
};

/// Makes one input of a corpus.
class Mutator {
  public:
    Mutator(const Corpus& corpus, uint64_t number) : corpus_(corpus), random_(number) {}

    std::string make() {
        text_ = seed();
        // Most damage is small: what is far from any seed is refused at its first byte.
        for (size_t left = random_.below(6); left > 0 && text_.size() < kLargest; --left)
            damage();
        text_.resize(std::min(text_.size(), kLargest));
        return std::move(text_);
    }

  private:
    static constexpr size_t kLargest = size_t{16} * 1024;
    static constexpr size_t kMostNoise = 16;

    std::string seed() { return corpus_.seeds.empty() ? noise() : random_.oneOf(corpus_.seeds); }
    size_t place() { return random_.below(text_.size() + 1); }
    std::string noise() {
        std::string bytes(random_.below(kMostNoise + 1), '\0');
        std::ranges::generate(bytes, [this] { return random_.byte(); });
        return bytes;
    }
    /// From one place to another.
    std::string_view part(std::string_view of) {
        const size_t from = random_.below(of.size() + 1);
        return of.substr(from, random_.below(of.size() - from + 1));
    }

    void damage() {
        switch (random_.below(9)) {
            case 0:  // flip a bit
                if (!text_.empty())
                    text_[random_.below(text_.size())] ^= static_cast<char>(1U << random_.below(8));
                break;
            case 1:  // replace a byte
                if (!text_.empty())
                    text_[random_.below(text_.size())] = random_.byte();
                break;
            case 2:  // cut off
                text_.resize(place());
                break;
            case 3: {  // take out
                const std::string_view gone = part(text_);
                text_.erase(static_cast<size_t>(gone.data() - text_.data()), gone.size());
                break;
            }
            case 4:  // repeat a part of itself
                text_.insert(place(), std::string(part(text_)));
                break;
            case 5: {  // go on as another one
                const std::string other = seed();
                text_ = text_.substr(0, place()) + other.substr(random_.below(other.size() + 1));
                break;
            }
            case 6:  // put noise in
                text_.insert(place(), noise());
                break;
            default: {  // put a word in, or over what is there
                if (corpus_.words.empty())
                    break;
                const std::string& word = random_.oneOf(corpus_.words);
                const size_t at = place();
                if (random_.below(2) == 0) {
                    text_.insert(at, word);
                } else {
                    text_.replace(at, std::min(word.size(), text_.size() - at), word);
                }
            }
        }
    }

    const Corpus& corpus_;
    Random random_;
    std::string text_;
};

inline std::string mutated(const Corpus& corpus, uint64_t number) {
    return Mutator(corpus, number).make();
}

/// As a C string, so that every byte can be seen.
inline std::string shown(std::string_view bytes) {
    std::string text;
    char escaped[8];
    for (const char c : bytes) {
        const bool is_plain = c >= ' ' && c < '\x7f' && c != '"' && c != '\\';
        (void)std::snprintf(escaped, sizeof escaped, is_plain ? "%c" : "\\%03o",
                            static_cast<unsigned char>(c));
        text += escaped;
    }
    return "\"" + text + "\"";
}

/// The round that runs now, for whoever has to report it from a process that is about to die.
struct FuzzRound {
    uint64_t number = 0;
    const std::string* input = nullptr;

    static FuzzRound& current() {
        static FuzzRound round;
        return round;
    }

    std::string description() const {
        return "round " + std::to_string(number) + ", again with TAIPAN_FUZZ_ONLY=" + std::to_string(number) +
               "; the input is " + shown(*input) + "\n";
    }

    static void report() {
        if (current().input == nullptr)
            return;
        const std::string text = "FUZZ " + current().description();
        (void)!write(STDERR_FILENO, text.data(), text.size());
    }
    /// abort() from a library or an exception nobody took, and the alarm of a round that hangs.
    static void reportSignal(int signal) {
        report();
        std::signal(signal, SIG_DFL);
        (void)std::raise(signal);
    }
    static void watch() {
#if defined(__SANITIZE_ADDRESS__)
        __sanitizer_set_death_callback(report);
#endif
        std::signal(SIGABRT, reportSignal);
        std::signal(SIGALRM, reportSignal);
    }
};

inline uint64_t fuzzVariable(const char* name, uint64_t otherwise) {
    const char* text = std::getenv(name);
    uint64_t value = otherwise;
    if (text != nullptr)
        std::from_chars(text, text + std::strlen(text), value);
    return value;
}

/// Calls check(input) so many times; a check says what it does not like with EXPECT_ and ASSERT_. An
/// exception and a round of many seconds are failures as well. Stops at the first.
template <typename Check>
void fuzz(const Corpus& corpus, uint64_t rounds, Check check) {
    constexpr unsigned kLongestRoundSeconds = 20;
    const uint64_t only = fuzzVariable("TAIPAN_FUZZ_ONLY", UINT64_MAX);
    const uint64_t first = only == UINT64_MAX ? 0 : only;
    const uint64_t end = only == UINT64_MAX ? rounds * fuzzVariable("TAIPAN_FUZZ_ROUNDS", 1) : only + 1;
    FuzzRound& round = FuzzRound::current();
    FuzzRound::watch();
    for (uint64_t number = first; number < end && !::testing::Test::HasFailure(); ++number) {
        const std::string input = mutated(corpus, number);
        round = {number, &input};
        alarm(kLongestRoundSeconds);
        try {
            check(input);
        } catch (const std::exception& error) {
            ADD_FAILURE() << "exception: " << error.what();
        }
        if (::testing::Test::HasFailure())
            ADD_FAILURE() << round.description();
    }
    alarm(0);
    round = {};
}

}  // namespace taipan::testing
