// SPDX-License-Identifier: Apache-2.0
#include "serve/chromium.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

#include "support/process.h"
#include "support/text.h"

namespace taipan::serve {
namespace {

namespace fs = std::filesystem;

constexpr std::array<std::string_view, 4> kNames{"chromium", "chromium-browser", "google-chrome",
                                                 "google-chrome-stable"};
constexpr std::string_view kProfilePrefix = "taipan-browser-";
/// What follows the prefix in the path of the socket by which Chromium tells whether a profile is in use.
constexpr std::string_view kSocketName = "XXXXXX/.org.chromium.Chromium.XXXXXX/SingletonSocket/";
constexpr const char* kShortPlace = "/tmp";
constexpr std::string_view kLogName = "browser.log";
constexpr std::string_view kStartPage = "start.html";

/// Releases what posix_spawn was told, in every way out.
struct SpawnPlan {
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;

    explicit SpawnPlan(const std::string& log) {
        posix_spawn_file_actions_init(&files);
        posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
        posix_spawn_file_actions_addopen(&files, STDOUT_FILENO, log.c_str(), O_WRONLY | O_CREAT | O_APPEND,
                                         0600);
        posix_spawn_file_actions_adddup2(&files, STDOUT_FILENO, STDERR_FILENO);
        // A process group of its own: Ctrl-C is ours to hand on, and all of it can be ended at once.
        posix_spawnattr_init(&attributes);
        sigset_t none;
        sigemptyset(&none);
        sigset_t all;
        sigfillset(&all);
        posix_spawnattr_setsigmask(&attributes, &none);
        posix_spawnattr_setsigdefault(&attributes, &all);
        posix_spawnattr_setpgroup(&attributes, 0);
        posix_spawnattr_setflags(&attributes,
                                 POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    }
    SpawnPlan(const SpawnPlan&) = delete;
    SpawnPlan& operator=(const SpawnPlan&) = delete;
    ~SpawnPlan() {
        posix_spawn_file_actions_destroy(&files);
        posix_spawnattr_destroy(&attributes);
    }
};

/// The machine's folder for temporary files, or a shorter one if Chromium's socket would not fit into it.
fs::path placeForProfile() {
    std::error_code error;
    fs::path temporary = fs::temp_directory_path(error);
    constexpr size_t kLongest = sizeof(sockaddr_un::sun_path) - kProfilePrefix.size() - kSocketName.size();
    if (error || (temporary.native().size() >= kLongest && ::access(kShortPlace, W_OK) == 0)) {
        return kShortPlace;
    }
    return temporary;
}

}  // namespace

Result<fs::path> findChromium(const Environment& environment) {
    if (const auto chosen = environment.get("TAIPAN_CHROMIUM")) {
        const auto program = environment.findProgram(*chosen);
        std::error_code error;
        if (program && !fs::is_directory(*program, error)) {
            return *program;
        }
        return fail(fmt::format("cannot run the browser {}, which TAIPAN_CHROMIUM names", *chosen),
                    "set it to an executable Chromium of version 137 or later");
    }
    for (const std::string_view name : kNames) {
        if (const auto program = environment.findProgram(name)) {
            return *program;
        }
    }
    return fail("cannot run in the browser, no Chromium is installed",
                "install the package chromium, or name one with TAIPAN_CHROMIUM");
}

std::vector<std::string> chromiumArguments(const fs::path& program, const fs::path& profile,
                                           const fs::path& start_page, bool is_root) {
    std::vector<std::string> arguments{
        program.string(),
        "--headless",
        "--user-data-dir=" + profile.string(),
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--no-default-browser-check",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-default-apps",
        "--disable-extensions",
        "--disable-sync",
        // The page is never looked at; its work must not be slowed down for that.
        "--disable-background-timer-throttling",
        "--disable-renderer-backgrounding",
        "--disable-backgrounding-occluded-windows",
    };
    if (is_root) {
        arguments.emplace_back("--no-sandbox");  // Chromium refuses to sandbox for root
    }
    arguments.push_back("file://" + start_page.string());
    return arguments;
}

Result<Chromium> Chromium::open(const std::string& url, const Environment& environment) {
    const fs::path program = TRY(findChromium(environment));
    TemporaryDirectory profile = TRY(TemporaryDirectory::create(placeForProfile(), kProfilePrefix));
    const fs::path start_page = profile.path() / kStartPage;
    TRY(writeFile(
        start_page,
        fmt::format("<!doctype html><meta charset=\"utf-8\"><script>location.replace(\"{}\")</script>\n",
                    url)));

    std::vector<std::string> arguments =
        chromiumArguments(program, profile.path() / "profile", start_page, ::geteuid() == 0);
    Environment inside = environment;
    inside.set("TMPDIR", profile.path().string());  // what it forgets there goes with the profile
    std::vector<std::string> variables = inside.strings();
    const SpawnPlan plan((profile.path() / kLogName).string());
    pid_t process = -1;
    if (const int failed = ::posix_spawn(&process, program.c_str(), &plan.files, &plan.attributes,
                                         pointersTo(arguments).data(), pointersTo(variables).data());
        failed != 0) {
        return failSystem(failed, fmt::format("cannot start the browser {}", program.string()));
    }
    return Chromium(std::move(profile), process);
}

Chromium::Chromium(Chromium&& other) noexcept
    : profile_(std::move(other.profile_)), process_(std::exchange(other.process_, -1)) {}

Chromium& Chromium::operator=(Chromium&& other) noexcept {
    std::swap(profile_, other.profile_);
    std::swap(process_, other.process_);
    return *this;
}

Chromium::~Chromium() {
    if (process_ > 0) {
        ::kill(-process_, SIGKILL);
        ::waitpid(process_, nullptr, 0);
    }
}

bool Chromium::isRunning() {
    if (process_ > 0 && ::waitpid(process_, nullptr, WNOHANG) == process_) {
        ::kill(-process_, SIGKILL);  // helpers that outlived it
        process_ = -1;
    }
    return process_ > 0;
}

std::string Chromium::lastWords() const {
    const Result<std::string> log = readFile(profile_.path() / kLogName);
    std::string last;
    for (const std::string& line : splitLines(log.value_or(std::string()))) {
        if (!trim(line).empty()) {
            last = trim(line);
        }
    }
    return last;
}

}  // namespace taipan::serve
