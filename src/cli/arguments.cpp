// SPDX-License-Identifier: Apache-2.0
//
// Options and operands, by the verb's row in the table.
#include <fmt/format.h>

#include <algorithm>

#include "cli/verb.h"
#include "support/text.h"

namespace taipan::cli {

namespace {

constexpr Option kHelpOption{"--help", "", "this text"};

const Option* findOption(const Verb& verb, std::string_view name) {
    if (name == kHelpOption.name || name == "-h")
        return &kHelpOption;
    const auto found = std::ranges::find(verb.options, name, &Option::name);
    return found == verb.options.end() ? nullptr : &*found;
}

std::unexpected<Error> unknownOption(const Verb& verb, std::string_view name) {
    std::vector<std::string_view> names = {kHelpOption.name};
    for (const Option& option : verb.options)
        names.push_back(option.name);
    const auto near = nearest(name, names);
    return misuse(
        fmt::format("'taipan {}' has no option {}", verb.name, name),
        near ? fmt::format("did you mean {}?", *near) : fmt::format("see 'taipan help {}'", verb.name));
}

/// Our options have two dashes; one dash is python's own (-c, -m, -u, -W …), and where they begin the program
/// begins.
bool startsProgram(const std::string& word) {
    return !word.starts_with("--") && word != "-h";
}

/// Reads words from the front of a list.
class Parser {
  public:
    Parser(const Verb& verb, std::span<const std::string> words) : verb_(verb), words_(words) {}

    Result<Arguments> parse() {
        while (!words_.empty()) {
            const std::string& word = words_.front();
            if (verb_.operands == Operands::Program && startsProgram(word))
                return takeRest();
            if (word == "--") {
                words_ = words_.subspan(1);
                return takeRest();
            }
            if (word.starts_with('-')) {
                TRY(takeOption());
            } else {
                TRY(takeOperand());
            }
        }
        return std::move(arguments_);
    }

  private:
    Result<Arguments> takeRest() {
        if (verb_.operands != Operands::Program) {
            while (!words_.empty())
                TRY(takeOperand());
        }
        arguments_.operands.insert(arguments_.operands.end(), words_.begin(), words_.end());
        return std::move(arguments_);
    }

    Result<void> takeOperand() {
        if (verb_.operands == Operands::None)
            return misuse(fmt::format("'taipan {}' takes no {}", verb_.name, words_.front()),
                          fmt::format("see 'taipan help {}'", verb_.name));
        arguments_.operands.push_back(words_.front());
        words_ = words_.subspan(1);
        return {};
    }

    /// --name, --name VALUE or --name=VALUE
    Result<void> takeOption() {
        const std::string word = words_.front();
        words_ = words_.subspan(1);
        const size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        const Option* option = findOption(verb_, name);
        if (option == nullptr)
            return unknownOption(verb_, name);
        std::vector<std::string>& values = arguments_.options[std::string(option->name)];
        if (option->value.empty()) {
            if (equals != std::string::npos)
                return misuse(fmt::format("{} takes no value", name));
            values.emplace_back("yes");
        } else if (equals != std::string::npos) {
            values.push_back(word.substr(equals + 1));
        } else {
            if (words_.empty())
                return misuse(fmt::format("{} needs a value: {} {}", name, name, option->value));
            values.push_back(words_.front());
            words_ = words_.subspan(1);
        }
        return {};
    }

    const Verb& verb_;
    std::span<const std::string> words_;
    Arguments arguments_;
};

}  // namespace

std::optional<std::string> Arguments::value(std::string_view option) const {
    const auto found = options.find(option);
    if (found == options.end())
        return std::nullopt;
    return found->second.back();
}

std::vector<std::string> Arguments::values(std::string_view option) const {
    const auto found = options.find(option);
    return found == options.end() ? std::vector<std::string>() : found->second;
}

Result<Arguments> parseArguments(const Verb& verb, std::span<const std::string> words) {
    return Parser(verb, words).parse();
}

Result<interpreter::Target> parseTarget(std::string_view name) {
    if (const auto target = interpreter::targetNamed(name))
        return *target;
    std::vector<std::string_view> names;
    for (const interpreter::TargetRow& row : interpreter::targets())
        names.push_back(row.name);
    const auto near = nearest(name, names);
    return misuse(fmt::format("there is no target '{}'", name),
                  near ? fmt::format("did you mean {}?", *near) : fmt::format("use {}", alternatives(names)));
}

Result<std::vector<interpreter::Target>> parseTargets(const std::optional<std::string>& name) {
    if (!name)
        return std::vector{interpreter::kDefaultTarget};
    if (*name == "all")
        return std::vector(interpreter::allTargets().begin(), interpreter::allTargets().end());
    return std::vector{TRY(parseTarget(*name))};
}

}  // namespace taipan::cli
