// SPDX-License-Identifier: Apache-2.0
//
// A private apt: own list of sources, own lists, own cache, the machine's proxies and keys. Nothing of it is
// installed and nothing of the machine's apt state changes.
#include "provision/debian_archive.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

#include "provision/apt_sources.h"
#include "support/files.h"
#include "support/lock.h"
#include "support/sha256.h"

namespace taipan::provision {

namespace fs = std::filesystem;

namespace {

constexpr auto kListsLast = std::chrono::hours(20);

// Hooks of the machine may delete downloads under our feet or assume that the system's own lists were
// renewed; its pkgcache files are its own.
constexpr std::string_view kClearedHooks =
    "#clear APT::Update::Pre-Invoke;\n"
    "#clear APT::Update::Post-Invoke;\n"
    "#clear APT::Update::Post-Invoke-Success;\n"
    "#clear DPkg::Pre-Invoke;\n"
    "#clear DPkg::Post-Invoke;\n";

std::string configurationText(const fs::path& home) {
    std::string text(kClearedHooks);
    const auto set = [&](std::string_view name, const std::string& value) {
        text += fmt::format("{} \"{}\";\n", name, value);
    };
    set("Dir::Etc::SourceList", (home / "suite.sources").string());
    set("Dir::Etc::SourceParts", "/dev/null");
    set("Dir::Etc::PreferencesParts", "/dev/null");
    set("Dir::Etc::Preferences", "/dev/null");
    set("Dir::State::Lists", (home / "lists").string());
    set("Dir::Cache", (home / "cache").string());
    set("Dir::Log", (home / "log").string());
    set("APT::Update::Error-Mode", "any");
    set("APT::Get::AllowUnauthenticated", "false");
    set("Acquire::Languages", "none");
    set("Acquire::Retries", "3");
    // Root's apt downloads as another user, who may not enter our folders.
    if (geteuid() == 0)
        set("APT::Sandbox::User", "root");
    return text;
}

/// Where a mirror keeps the files of a source package.
std::string poolPath(const SourcePin& pin) {
    const size_t letters = pin.package.starts_with("lib") ? 4 : 1;
    return fmt::format("pool/main/{}/{}/{}", pin.package.substr(0, letters), pin.package, pin.tarball);
}

/// One suite's private apt. Its lock is held as long as the object lives: apt does not wait for itself.
class PrivateApt {
  public:
    static Result<PrivateApt> open(StepContext& context, std::string_view suite) {
        const fs::path home = context.cache() / "apt" / suite;
        FileLock lock = TRY(FileLock::acquire(home / "lock", {}));
        PrivateApt apt(context, suite, home, std::move(lock));
        TRY(apt.configure());
        return apt;
    }

    /// The pinned file from the pool, where files stay for a while after their suite has moved on. False if
    /// it is not there, or is another.
    bool fetchPinned(const SourcePin& pin, const fs::path& file) {
        const std::string address = fmt::format("{}/{}", mirror_.uri, poolPath(pin));
        return context_
            ->command({{"/usr/lib/apt/apt-helper", "-c", (home_ / "apt.conf").string(), "download-file",
                        address, file.string(), fmt::format("SHA256:{}", pin.sha256)},
                       home_,
                       {{"LC_ALL", "C"}}})
            .has_value();
    }

    /// Runs apt-get in `folder`; with renewed lists a second time if the archive has moved on meanwhile.
    Result<void> fetch(const std::vector<std::string>& arguments, const fs::path& folder) {
        if (!hasFreshLists())
            TRY(update());
        if (context_->command(aptGet(arguments, folder)))
            return {};
        if (context_->runner().interrupted())
            return interrupted();
        TRY(update());
        if (context_->command(aptGet(arguments, folder)))
            return {};
        if (context_->runner().interrupted())
            return interrupted();
        return fail(
            fmt::format("cannot fetch {} of {} from {}", arguments.back(), suite_, mirror_.uri),
            fmt::format("check the network and run it again; the log is {}", context_->log().string()));
    }

  private:
    PrivateApt(StepContext& context, std::string_view suite, fs::path home, FileLock lock)
        : context_(&context), suite_(suite), home_(std::move(home)), lock_(std::move(lock)) {}

    fs::path stamp() const { return home_ / "updated"; }

    Command aptGet(const std::vector<std::string>& arguments, const fs::path& folder) const {
        std::vector<std::string> line = {"apt-get", "-q", "-c", (home_ / "apt.conf").string()};
        line.insert(line.end(), arguments.begin(), arguments.end());
        return {line, folder, {{"LC_ALL", "C"}}};
    }

    Result<void> configure() {
        mirror_ = TRY(debianMirror());
        TRY(createDirectories(home_ / "lists" / "partial"));
        TRY(createDirectories(home_ / "cache" / "archives" / "partial"));
        TRY(createDirectories(home_ / "log"));
        const std::string sources = deb822Sources(mirror_, suite_);
        if (readFile(home_ / "suite.sources").value_or("") != sources)
            TRY(removeTree(stamp()));
        TRY(writeFile(home_ / "suite.sources", sources));
        return writeFile(home_ / "apt.conf", configurationText(home_));
    }

    bool hasFreshLists() const {
        std::error_code error;
        const auto time = fs::last_write_time(stamp(), error);
        return !error && fs::file_time_type::clock::now() - time < kListsLast;
    }

    Result<void> update() {
        if (context_->command(aptGet({"update"}, home_)))
            return writeFile(stamp(), "");
        if (context_->runner().interrupted())
            return interrupted();
        return fail(
            fmt::format("cannot fetch the package lists of {} from {}", suite_, mirror_.uri),
            fmt::format("check the network and run it again; the log is {}", context_->log().string()));
    }

    StepContext* context_;
    std::string suite_;
    fs::path home_;
    DebianMirror mirror_;
    FileLock lock_;
};

Result<std::vector<fs::path>> filesEndingIn(const fs::path& folder, std::string_view ending) {
    std::vector<fs::path> files;
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().filename().string().ends_with(ending))
            files.push_back(entry.path());
    }
    if (error)
        return failSystem(error.value(), fmt::format("cannot read the folder {}", folder.string()));
    std::ranges::sort(files);
    return files;
}

/// NAME_VERSION.orig.tar.EXT, not the orig-COMPONENT tarballs beside it, not signatures.
Result<fs::path> upstreamTarball(const fs::path& folder) {
    for (const std::string_view ending : {".orig.tar.xz", ".orig.tar.gz", ".orig.tar.bz2"}) {
        const std::vector<fs::path> found = TRY(filesEndingIn(folder, ending));
        if (!found.empty())
            return found.front();
    }
    return fail(fmt::format("the source package in {} has no upstream tarball", folder.string()));
}

Result<void> checkPin(StepContext& context, const SourcePin& pin, const fs::path& tarball) {
    const std::string hash = TRY(sha256OfFile(tarball));
    if (tarball.filename() != pin.tarball) {
        context.note(fmt::format("the suite has moved on from {}: using {}, SHA-256 {}, on apt's signature",
                                 pin.tarball, tarball.filename().string(), hash));
        return {};
    }
    if (hash == pin.sha256)
        return {};
    return fail(fmt::format("{} has the SHA-256 {}, expected {}", pin.tarball, hash, pin.sha256),
                "the mirror served another file under that name: try another mirror, and report it");
}

/// Fetches the pinned tarball; or what the suite has in its place. Returns its path in `downloads`.
Result<fs::path> fetchSource(StepContext& context, std::string_view suite, const SourcePin& pin,
                             const fs::path& downloads) {
    TRY(createDirectories(downloads));
    PrivateApt apt = TRY(PrivateApt::open(context, suite));
    const fs::path pinned = downloads / pin.tarball;
    if (apt.fetchPinned(pin, pinned))
        return pinned;
    if (context.runner().interrupted())
        return interrupted();
    TRY(apt.fetch({"source", "--download-only", fmt::format("{}/{}", pin.package, suite)}, downloads));
    const fs::path tarball = TRY(upstreamTarball(downloads));
    TRY(checkPin(context, pin, tarball));
    return tarball;
}

}  // namespace

Result<void> unpackPackages(StepContext& context, std::string_view suite,
                            const std::vector<std::string>& packages, const fs::path& into) {
    const fs::path downloads = context.scratch() / "packages";
    TRY(createDirectories(downloads));
    std::vector<std::string> arguments = {"download"};
    for (const std::string& package : packages)
        arguments.push_back(fmt::format("{}/{}", package, suite));
    TRY(TRY(PrivateApt::open(context, suite)).fetch(arguments, downloads));
    TRY(createDirectories(into));
    for (const fs::path& file : TRY(filesEndingIn(downloads, ".deb")))
        TRY(context.command({{"dpkg", "-x", file.string(), into.string()}, {}, {}}));
    return removeTree(downloads);
}

Result<void> unpackSource(StepContext& context, std::string_view suite, const SourcePin& pin,
                          const fs::path& into) {
    const fs::path downloads = context.scratch() / pin.package;
    const fs::path tarball = TRY(fetchSource(context, suite, pin, downloads));
    TRY(createDirectories(into));
    TRY(context.command(
        {{"tar", "-xf", tarball.string(), "-C", into.string(), "--strip-components=1", "--no-same-owner"},
         {},
         {}}));
    return removeTree(downloads);
}

}  // namespace taipan::provision
