// SPDX-License-Identifier: Apache-2.0
#include "serve/serve_page.h"

#include <array>

#include "serve/assets.h"
#include "serve/server.h"
#include "support/interruption.h"
#include "support/process.h"

namespace taipan::serve {
namespace {

constexpr std::array<std::string_view, 2> kOpeners{"xdg-open", "open"};

/// Hands the address to whatever opens addresses here.
Result<void> openInBrowser(const std::string& url, const Environment& environment) {
    for (const std::string_view name : kOpeners) {
        if (const auto program = environment.findProgram(name)) {
            const ProcessRunner runner(environment, nullptr);
            const ExitStatus status = TRY(runner.run(
                {.arguments = {program->string(), url}, .directory = {}, .environment = {}}, Streams::Log));
            if (status.ok()) {
                return {};
            }
        }
    }
    return fail("cannot open a browser on " + url, "open the address yourself");
}

}  // namespace

Result<void> servePage(const PageFiles& files, const PageOptions& options, const Environment& environment,
                       const std::function<void(const std::string& url)>& announce) {
    const Interruption interruption;  // before the server starts its threads
    const Server server = TRY(
        Server::start(TRY(Assets::load(TRY(pageAssets(files)))), {.port = options.port, .bridge = nullptr}));
    announce(server.url());
    if (options.open) {
        TRY(openInBrowser(server.url(), environment));
    }
    while (!interruption.waitFor(60'000)) {
    }
    return {};
}

}  // namespace taipan::serve
