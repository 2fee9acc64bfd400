// SPDX-License-Identifier: Apache-2.0
//
// taipan serve: a page with a Python prompt.
#include <fmt/format.h>

#include <charconv>

#include "cli/verb.h"
#include "serve/serve_page.h"

namespace taipan::cli {

namespace {

constexpr std::string_view kExamples[] = {"taipan serve", "taipan serve --port 8080 --open"};

constexpr Option kOptions[] = {
    {"--port", "N", "the port on loopback; 8000 if not given, 0 for any that is free"},
    {"--open", "", "opens the page in the browser of this machine's user"},
    {"--quiet", "", "no progress while the interpreter is made on first use"},
};

constexpr int kHighestPort = 65535;

Result<int> parsePort(const std::string& text) {
    int port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    if (error != std::errc() || end != text.data() + text.size() || port < 0 || port > kHighestPort)
        return misuse(fmt::format("--port {} is no port", text),
                      fmt::format("give a number from 0 to {}", kHighestPort));
    return port;
}

Result<int> run(const Arguments& arguments, World& world) {
    serve::PageOptions options;
    if (const auto port = arguments.value("--port"))
        options.port = TRY(parsePort(*port));
    options.open = arguments.has("--open");
    const interpreter::Installation installation = TRY(world.obtain(
        interpreter::Target::Browser, world.environment, chooseProgressStyle(arguments.has("--quiet"))));
    TRY(serve::servePage({installation.host, installation.python, installation.standard_library}, options,
                         world.environment, [&](const std::string& url) {
                             world.out(fmt::format("a Python prompt is at {}; Ctrl-C ends it\n", url));
                         }));
    return 0;
}

}  // namespace

constinit const Verb kServe{"serve",
                            "Serves a page with a Python prompt on loopback",
                            "[--port N] [--open]",
                            kExamples,
                            kOptions,
                            Operands::None,
                            run};

}  // namespace taipan::cli
