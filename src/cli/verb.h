// SPDX-License-Identifier: Apache-2.0
//
// What a verb is: a row of the table that the parser, the help texts and "did you mean" are made from.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "cli/world.h"
#include "support/result.h"

namespace taipan::cli {

struct Option {
    std::string_view name;   ///< "--target"
    std::string_view value;  ///< "TARGET"; empty: a flag
    std::string_view help;
};

/// Where options end.
enum class Operands {
    None,     ///< there are none
    Any,      ///< options and operands in any order
    Program,  ///< at the first operand, -c, -m or -: all that follows is the program's
};

struct Arguments {
    /// Each value that an option was given, in their order; a flag has the value "yes".
    std::map<std::string, std::vector<std::string>, std::less<>> options;
    std::vector<std::string> operands;

    bool has(std::string_view option) const { return options.contains(option); }
    std::optional<std::string> value(std::string_view option) const;  ///< the last
    std::vector<std::string> values(std::string_view option) const;   ///< all
};

struct Verb {
    std::string_view name;
    std::string_view purpose;  ///< one line, no full stop
    std::string_view usage;    ///< without "taipan NAME"
    std::span<const std::string_view> examples;
    std::span<const Option> options;
    Operands operands;
    Result<int> (*run)(const Arguments&, World&);  ///< returns the exit code
};

/// The one table. Each verb is in the file of its name.
std::span<const Verb* const> verbs();

extern const Verb kSetup;
extern const Verb kRun;
extern const Verb kCompile;
extern const Verb kServe;
extern const Verb kInfo;
extern const Verb kTest;
extern const Verb kHelp;
extern const Verb kVersion;

const Verb* verbNamed(std::string_view name);

/// "there is no verb srve", or what `kind` says, with the nearest that there is.
std::unexpected<Error> unknownVerb(const std::string& word, std::string_view kind);

Result<Arguments> parseArguments(const Verb& verb, std::span<const std::string> words);

/// "node" -> Target::Node, or an error that names the nearest.
Result<interpreter::Target> parseTarget(std::string_view name);

/// The same, and "all"; nothing given is the default target.
Result<std::vector<interpreter::Target>> parseTargets(const std::optional<std::string>& name);

std::string overview();
std::string helpOf(const Verb& verb);

/// The whole command: words after the program's name to exit code; errors are written here.
int runCommand(std::span<const std::string> words, World& world);

}  // namespace taipan::cli
