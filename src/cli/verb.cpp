// SPDX-License-Identifier: Apache-2.0
//
// The table of verbs and the choice among them.
#include "cli/verb.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <filesystem>

#include "support/text.h"

namespace taipan::cli {

namespace {

constexpr auto kVerbs =
    std::to_array<const Verb*>({&kRun, &kCompile, &kServe, &kInfo, &kSetup, &kTest, &kHelp, &kVersion});

std::vector<std::string_view> verbNames() {
    std::vector<std::string_view> names;
    names.reserve(kVerbs.size());
    for (const Verb* verb : kVerbs)
        names.push_back(verb->name);
    return names;
}

// Options of the command itself, before any verb.
constexpr std::string_view kOwnOptions[] = {"--help", "--version"};

/// A word that cannot be a misspelt verb: it exists, or looks like a path.
bool looksLikeFile(const std::string& word) {
    std::error_code ignored;
    return word.find_first_of("/.") != std::string::npos || std::filesystem::exists(word, ignored);
}

struct Choice {
    const Verb* verb = nullptr;
    std::span<const std::string> rest;
};

/// The verb and what follows it. A bare file, -c, -m, - and nothing at all mean run.
Result<Choice> choose(std::span<const std::string> words) {
    if (words.empty())
        return Choice{&kRun, words};
    const std::string& first = words.front();
    if (first == "--help" || first == "-h")
        return Choice{&kHelp, words.subspan(1)};
    if (first == "--version" || first == "-V")
        return Choice{&kVersion, words.subspan(1)};
    if (const Verb* verb = verbNamed(first))
        return Choice{verb, words.subspan(1)};
    if (const auto near = nearest(first, kOwnOptions); near && first.starts_with("--"))
        return misuse(fmt::format("there is no option {}", first),
                      fmt::format("did you mean 'taipan {}'?", *near));
    if (first.starts_with('-') || looksLikeFile(first))
        return Choice{&kRun, words};
    return unknownVerb(first, "verb and no file");
}

Result<int> dispatch(std::span<const std::string> words, World& world) {
    const Choice choice = TRY(choose(words));
    const Arguments arguments = TRY(parseArguments(*choice.verb, choice.rest));
    if (arguments.has("--help")) {
        world.out(helpOf(*choice.verb));
        return 0;
    }
    return choice.verb->run(arguments, world);
}

}  // namespace

std::span<const Verb* const> verbs() {
    return kVerbs;
}

const Verb* verbNamed(std::string_view name) {
    const auto found = std::ranges::find(kVerbs, name, [](const Verb* verb) { return verb->name; });
    return found == kVerbs.end() ? nullptr : *found;
}

std::unexpected<Error> unknownVerb(const std::string& word, std::string_view kind) {
    const std::vector<std::string_view> names = verbNames();
    const auto near = nearest(word, names);
    return misuse(fmt::format("there is no {} '{}'", kind, word),
                  near ? fmt::format("did you mean 'taipan {}'?", *near) : "'taipan help' lists the verbs");
}

int runCommand(std::span<const std::string> words, World& world) {
    Result<int> code = dispatch(words, world);
    if (const int error = world.out_error ? world.out_error() : 0; code && error != 0)
        code = failSystem(error, "cannot write to standard output");
    if (code)
        return *code;
    world.err(describe(code.error()));
    return exitCode(code.error());
}

}  // namespace taipan::cli
