// SPDX-License-Identifier: Apache-2.0
#include "serve/run_in_browser.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>

#include "serve/assets.h"
#include "serve/bridge.h"
#include "serve/chromium.h"
#include "serve/server.h"
#include "support/file_descriptor.h"

namespace taipan::serve {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

/// What shells add to the number of the signal that ended a program.
constexpr int kExitSignalled = 128;
constexpr std::string_view kRunPage = "run.html";
/// How often signals and the browser are looked after; the end of the program is noticed at once.
constexpr int kLookMs = 50;
/// So long a browser may take to open the page, on a machine that is busy.
constexpr auto kStartPatience = std::chrono::seconds(120);
/// So long a program may take to do something after Ctrl-C.
constexpr auto kPatience = std::chrono::seconds(3);

/// Ctrl-C and its like as something to ask about. Unlike Interruption each one counts: the second ends it.
class StopSignals {
  public:
    StopSignals() {
        sigset_t signals;
        sigemptyset(&signals);
        for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGWINCH}) {
            sigaddset(&signals, signal);
        }
        ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
        descriptor_ = FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
        ::signal(SIGPIPE, SIG_IGN);  // the program is told EPIPE instead
    }
    StopSignals(const StopSignals&) = delete;
    StopSignals& operator=(const StopSignals&) = delete;
    ~StopSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

    /// The signal that came, or 0.
    int take() const {
        signalfd_siginfo info{};
        const ssize_t size = ::read(descriptor_.number(), &info, sizeof info);
        return size == static_cast<ssize_t>(sizeof info) ? static_cast<int>(info.ssi_signo) : 0;
    }

  private:
    FileDescriptor descriptor_;
    sigset_t before_{};
};

/// The folders a program has: the working directory and the script's, as they were named and as they really
/// are.
std::vector<fs::path> rootsOf(const BrowserProgram& program) {
    std::vector<fs::path> roots{program.working_directory};
    if (program.script) {
        std::error_code error;
        const fs::path named = (program.working_directory / *program.script).parent_path().lexically_normal();
        const fs::path real = fs::canonical(named, error);
        roots.push_back(named);
        if (!error) {
            roots.push_back(real);
        }
    }
    return roots;
}

/// There is no other way to ask. REQUIRES: no thread runs yet.
mode_t currentUmask() {
    const mode_t mask = ::umask(077);
    ::umask(mask);
    return mask;
}

std::map<std::string, std::string> variablesOf(const Environment& environment) {
    std::map<std::string, std::string> variables;
    for (const std::string& text : environment.strings()) {
        const size_t equals = text.find('=');
        variables.emplace(text.substr(0, equals), equals == std::string::npos ? "" : text.substr(equals + 1));
    }
    return variables;
}

Result<int> outcome(const BridgeEnd& end) {
    if (!end.failure.empty()) {
        return fail(fmt::format("cannot run the program in the browser: {}", end.failure));
    }
    return end.code;
}

Result<int> superviseProgram(Bridge& bridge, Chromium& browser, const StopSignals& stop) {
    std::optional<Clock::time_point> interrupted;
    unsigned calls = 0;
    const Clock::time_point opened = Clock::now();
    while (true) {
        if (const std::optional<BridgeEnd> end = bridge.waitForEnd(kLookMs)) {
            return outcome(*end);
        }
        // It has shown that it has noticed.
        if (interrupted && bridge.streamCalls() != calls) {
            interrupted.reset();
        }
        const int signal = stop.take();
        if (signal == SIGWINCH) {
            bridge.deliver(signal);
        } else if (signal != 0) {
            if (signal != SIGINT || interrupted) {
                return kExitSignalled + signal;
            }
            interrupted = Clock::now();
            calls = bridge.streamCalls();
            bridge.deliver(SIGINT);
        }
        if (interrupted && Clock::now() - *interrupted > kPatience) {
            return kExitSignalled + SIGINT;
        }
        if (!bridge.hasStarted() && Clock::now() - opened > kStartPatience) {
            return fail(
                fmt::format("the browser did not open the page within {}", kStartPatience),
                "see whether it starts by itself with --headless, and whether loopback connections work");
        }
        if (!browser.isRunning()) {
            // It may have reported the end right before it went.
            if (const std::optional<BridgeEnd> end = bridge.waitForEnd(0)) {
                return outcome(*end);
            }
            const std::string words = browser.lastWords();
            return fail(fmt::format("the browser ended before the program did{}",
                                    words.empty() ? words : fmt::format(" ({})", words)),
                        "see whether it starts by itself with --headless");
        }
    }
}

}  // namespace

Result<std::map<std::string, fs::path>> pageAssets(const PageFiles& files) {
    std::map<std::string, fs::path> assets = TRY(Assets::filesOf(files.host / "page"));
    assets["worker.mjs"] = files.host / "worker.mjs";
    assets["kernel.wasm"] = files.host / "kernel.wasm";
    assets["python.mjs"] = files.interpreter / "python.mjs";
    assets["python.wasm"] = files.interpreter / "python.wasm";
    assets["stdlib.zip"] = files.standard_library;
    return assets;
}

Result<int> runInBrowser(const PageFiles& files, const BrowserProgram& program,
                         const Environment& environment) {
    const StopSignals stop;  // before any thread is started, so that all of them leave the signals to us
    TRY(findChromium(environment));
    Assets assets = TRY(Assets::load(TRY(pageAssets(files))));
    const TemporaryDirectory temporary =
        TRY(TemporaryDirectory::create(fs::temp_directory_path(), "taipan-run-"));
    const std::unique_ptr<Bridge> bridge = TRY(Bridge::create(BridgeProgram{
        .arguments = program.arguments,
        .environment = variablesOf(environment),
        .working_directory = program.working_directory,
        .umask = currentUmask(),
        .roots = rootsOf(program),
        .temporary = fs::canonical(temporary.path()),
    }));
    const Server server = TRY(Server::start(std::move(assets), {.port = 0, .bridge = bridge.get()}));
    Result<int> code = [&]() -> Result<int> {
        Chromium browser =
            TRY(Chromium::open(fmt::format("{}{}#{}", server.url(), kRunPage, bridge->token()), environment));
        return superviseProgram(*bridge, browser, stop);
    }();
    bridge->close();  // lets the server finish the requests that still wait
    return code;
}

}  // namespace taipan::serve
