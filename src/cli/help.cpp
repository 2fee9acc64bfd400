// SPDX-License-Identifier: Apache-2.0
//
// taipan help: texts made from the table of verbs.
#include <fmt/format.h>

#include "cli/verb.h"

namespace taipan::cli {

namespace {

constexpr std::string_view kExamples[] = {"taipan help", "taipan help run"};

Result<int> run(const Arguments& arguments, World& world) {
    if (arguments.operands.empty()) {
        world.out(overview());
        return 0;
    }
    if (arguments.operands.size() > 1)
        return misuse("'taipan help' explains one verb at a time", "see 'taipan help'");
    const Verb* verb = verbNamed(arguments.operands.front());
    if (verb == nullptr)
        return unknownVerb(arguments.operands.front(), "verb");
    world.out(helpOf(*verb));
    return 0;
}

}  // namespace

std::string overview() {
    std::string text =
        "Runs Python on WebAssembly: in Node, in a browser, on WASI.\n\n"
        "usage: taipan [VERB] [OPTIONS] [ARGS...]\n"
        "       taipan FILE [ARGS...]        the same as taipan run FILE\n"
        "       taipan                       a Python prompt\n\n"
        "verbs:\n";
    for (const Verb* verb : verbs())
        text += fmt::format("  {:<9} {}\n", verb->name, verb->purpose);
    return text + "\n'taipan help VERB' says more.\n";
}

std::string helpOf(const Verb& verb) {
    std::string text = fmt::format("{}\n\nusage: taipan {}{}{}\n", verb.purpose, verb.name,
                                   verb.usage.empty() ? "" : " ", verb.usage);
    if (!verb.examples.empty())
        text += "\nexamples:\n";
    for (const std::string_view example : verb.examples)
        text += fmt::format("  {}\n", example);
    text += "\noptions:\n";
    for (const Option& option : verb.options) {
        const std::string name = fmt::format("{} {}", option.name, option.value);
        text += fmt::format("  {:<18} {}\n", name, option.help);
    }
    return text + fmt::format("  {:<18} {}\n", "--help", "this text");
}

constinit const Verb kHelp{"help", "Explains a verb", "[VERB]", kExamples, {}, Operands::Any, run};

}  // namespace taipan::cli
