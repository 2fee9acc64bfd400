// SPDX-License-Identifier: Apache-2.0
#include "serve/bridge_files.h"

#include <dirent.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <memory>
#include <optional>

namespace taipan::serve {
namespace {

using nlohmann::json;
namespace fs = std::filesystem;

/// As many symbolic links as the kernel follows.
constexpr int kMostLinks = 40;
/// The largest read that is answered at once; the program asks again for more.
constexpr long kLargestRead = 16L * 1024 * 1024;

struct OpenFlag {
    int guest;  ///< of the interpreter's C library, the same on every machine
    int host;
};

constexpr std::array kOpenFlags{
    OpenFlag{01, O_WRONLY},         OpenFlag{02, O_RDWR},          OpenFlag{0100, O_CREAT},
    OpenFlag{0200, O_EXCL},         OpenFlag{0400, O_NOCTTY},      OpenFlag{01000, O_TRUNC},
    OpenFlag{02000, O_APPEND},      OpenFlag{04000, O_NONBLOCK},   OpenFlag{010000, O_DSYNC},
    OpenFlag{0200000, O_DIRECTORY}, OpenFlag{0400000, O_NOFOLLOW},
};

int hostFlags(int guest) {
    int flags = 0;
    for (const OpenFlag& row : kOpenFlags) {
        if ((guest & row.guest) == row.guest) {
            flags |= row.host;
        }
    }
    return flags;
}

std::string nanoseconds(const timespec& time) {
    // As text: JavaScript's numbers end at 2**53.
    return std::to_string(static_cast<long long>(time.tv_sec) * 1'000'000'000 + time.tv_nsec);
}

json describeStat(const struct stat& stat) {
    return {{"dev", stat.st_dev},
            {"ino", std::to_string(stat.st_ino)},
            {"mode", stat.st_mode},
            {"nlink", stat.st_nlink},
            {"uid", stat.st_uid},
            {"gid", stat.st_gid},
            {"rdev", stat.st_rdev},
            {"size", stat.st_size},
            {"blksize", stat.st_blksize},
            {"blocks", stat.st_blocks},
            {"atime", nanoseconds(stat.st_atim)},
            {"mtime", nanoseconds(stat.st_mtim)},
            {"ctime", nanoseconds(stat.st_ctim)}};
}

/// "now", "omit" or nanoseconds as text.
timespec timeOf(const json& arguments, const char* name) {
    const std::string text = textOf(arguments, name);
    if (text == "now") {
        return {.tv_sec = 0, .tv_nsec = UTIME_NOW};
    }
    if (text == "omit") {
        return {.tv_sec = 0, .tv_nsec = UTIME_OMIT};
    }
    constexpr long long kPerSecond = 1'000'000'000;
    const long long time = std::strtoll(text.c_str(), nullptr, 10);
    const long long fraction = ((time % kPerSecond) + kPerSecond) % kPerSecond;
    // Times before 1970 have a positive fraction too: rounded down.
    return {.tv_sec = static_cast<time_t>(time / kPerSecond - (time % kPerSecond < 0 ? 1 : 0)),
            .tv_nsec = static_cast<long>(fraction)};
}

std::optional<std::string> realPath(const std::string& path) {
    const std::unique_ptr<char, decltype(&std::free)> real(::realpath(path.c_str(), nullptr), &std::free);
    return real ? std::optional<std::string>(real.get()) : std::nullopt;
}

std::optional<std::string> linkAt(int folder, const std::string& name) {
    std::string target(PATH_MAX, '\0');
    const ssize_t length = ::readlinkat(folder, name.c_str(), target.data(), target.size());
    if (length < 0) {
        return std::nullopt;
    }
    target.resize(static_cast<size_t>(length));
    return target;
}

struct DirectoryCloser {
    void operator()(DIR* directory) const { ::closedir(directory); }
};

Reply outcome(int result) {
    return result < 0 ? failure(errno) : Reply{};
}

}  // namespace

BridgeFiles::BridgeFiles(const std::vector<fs::path>& roots) {
    for (const fs::path& root : roots) {
        if (const std::optional<std::string> real = realPath(root)) {
            roots_.emplace_back(*real);
        }
    }
}

bool BridgeFiles::isInside(const fs::path& real_path) const {
    return std::ranges::any_of(roots_, [&real_path](const fs::path& root) {
        const auto [root_end, rest] =
            std::mismatch(root.begin(), root.end(), real_path.begin(), real_path.end());
        return root_end == root.end();
    });
}

int BridgeFiles::locate(const std::string& path, LastLink last_link, Place& place) const {
    // System calls would see less of the path than is looked at here.
    if (path.contains('\0')) {
        return EINVAL;
    }
    std::string current = path;
    for (int links = 0; links < kMostLinks; ++links) {
        while (current.size() > 1 && current.ends_with('/')) {
            current.pop_back();
        }
        if (!current.starts_with('/')) {
            return EINVAL;
        }
        const size_t slash = current.rfind('/');
        std::string name = current.substr(slash + 1);
        std::string parent = current.substr(0, std::max<size_t>(slash, 1));
        // A root itself, or a name that only the kernel can tell, is looked at as a folder.
        const std::optional<std::string> whole = realPath(current);
        const bool is_root = whole && std::ranges::find(roots_, fs::path(*whole)) != roots_.end();
        if (is_root || name.empty() || name == "." || name == "..") {
            if (!whole) {
                return errno;
            }
            parent = *whole;
            name = ".";
        }
        const std::optional<std::string> real_parent = realPath(parent);
        if (!real_parent) {
            return errno;
        }
        if (!isInside(*real_parent)) {
            return EACCES;
        }
        place.folder = FileDescriptor(::open(real_parent->c_str(), O_PATH | O_DIRECTORY | O_CLOEXEC));
        if (!place.folder) {
            return errno;
        }
        // A folder that was swapped for a link between the two calls above shows itself here.
        const std::optional<std::string> opened =
            linkAt(AT_FDCWD, fmt::format("/proc/self/fd/{}", place.folder.number()));
        if (!opened || !isInside(*opened)) {
            return EACCES;
        }
        place.name = name;
        const std::optional<std::string> target =
            last_link == LastLink::Follow && name != "." ? linkAt(place.folder.number(), name) : std::nullopt;
        if (!target) {
            return 0;
        }
        current = target->starts_with('/') ? *target : fmt::format("{}/{}", *real_parent, *target);
    }
    return ELOOP;
}

/// One static function per call, under the name the worker uses.
struct FileCalls {
    BridgeFiles& files;
    const Call& call;
    const json& arguments;

    using Place = BridgeFiles::Place;
    using LastLink = BridgeFiles::LastLink;

    /// Does `act` at the place of the argument "path".
    template <typename Act>
    Reply at(LastLink last_link, Act act) {
        Place place;
        if (const int error = files.locate(textOf(arguments, "path"), last_link, place); error != 0) {
            return failure(error);
        }
        return act(place.folder.number(), place.name.c_str());
    }

    /// Does `act` on the descriptor of the argument "handle". Calls of one program come one after the other,
    /// so nobody closes it meanwhile.
    template <typename Act>
    Reply on(Act act) {
        int descriptor = -1;
        {
            const std::lock_guard lock(files.mutex_);
            const auto found = files.open_.find(static_cast<int>(numberOf(arguments, "handle")));
            if (found == files.open_.end()) {
                return failure(EBADF);
            }
            descriptor = found->second.number();
        }
        return act(descriptor);
    }

    LastLink followed() const { return flagOf(arguments, "follow") ? LastLink::Follow : LastLink::Keep; }

    Reply stat() {
        return at(followed(), [](int folder, const char* name) {
            struct stat found{};
            return ::fstatat(folder, name, &found, AT_SYMLINK_NOFOLLOW) < 0
                       ? failure(errno)
                       : Reply{.values = describeStat(found), .bytes = {}};
        });
    }

    Reply fstat() {
        return on([](int descriptor) {
            struct stat found{};
            return ::fstat(descriptor, &found) < 0 ? failure(errno)
                                                   : Reply{.values = describeStat(found), .bytes = {}};
        });
    }

    Reply readdir() {
        return at(LastLink::Follow, [](int folder, const char* name) {
            const int descriptor = ::openat(folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
            if (descriptor < 0) {
                return failure(errno);
            }
            const std::unique_ptr<DIR, DirectoryCloser> directory(::fdopendir(descriptor));
            json entries = json::array();
            while (const dirent* entry = ::readdir(directory.get())) {
                const std::string_view entry_name = entry->d_name;
                if (entry_name != "." && entry_name != "..") {
                    entries.push_back({{"name", entry_name},
                                       {"ino", std::to_string(entry->d_ino)},
                                       {"mode", DTTOIF(entry->d_type)}});
                }
            }
            return Reply{.values = {{"entries", std::move(entries)}}, .bytes = {}};
        });
    }

    Reply readlink() {
        return at(LastLink::Keep, [](int folder, const char* name) {
            const std::optional<std::string> target = linkAt(folder, name);
            return target ? Reply{.values = {{"path", *target}}, .bytes = {}} : failure(errno);
        });
    }

    Reply realpath() {
        return at(LastLink::Follow, [](int folder, const char* name) {
            const std::optional<std::string> real =
                realPath(fmt::format("/proc/self/fd/{}/{}", folder, name));
            return real ? Reply{.values = {{"path", *real}}, .bytes = {}} : failure(errno);
        });
    }

    Reply access() {
        return at(LastLink::Follow, [this](int folder, const char* name) {
            return outcome(::faccessat(folder, name, static_cast<int>(numberOf(arguments, "mode")), 0));
        });
    }

    Reply mkdir() {
        return at(LastLink::Keep, [this](int folder, const char* name) {
            return outcome(::mkdirat(folder, name, static_cast<mode_t>(numberOf(arguments, "mode"))));
        });
    }

    Reply rmdir() {
        return at(LastLink::Keep, [](int folder, const char* name) {
            return outcome(::unlinkat(folder, name, AT_REMOVEDIR));
        });
    }

    Reply unlink() {
        return at(LastLink::Keep,
                  [](int folder, const char* name) { return outcome(::unlinkat(folder, name, 0)); });
    }

    template <typename Act>
    Reply atTwo(Act act) {
        return at(LastLink::Keep, [this, &act](int folder, const char* name) {
            Place target;
            if (const int error = files.locate(textOf(arguments, "to"), LastLink::Keep, target); error != 0) {
                return failure(error);
            }
            return outcome(act(folder, name, target.folder.number(), target.name.c_str()));
        });
    }

    Reply rename() {
        return atTwo([](int folder, const char* name, int to_folder, const char* to) {
            return ::renameat(folder, name, to_folder, to);
        });
    }

    Reply link() {
        return atTwo([](int folder, const char* name, int to_folder, const char* to) {
            return ::linkat(folder, name, to_folder, to, 0);
        });
    }

    Reply symlink() {
        return at(LastLink::Keep, [this](int folder, const char* name) {
            const std::string target = textOf(arguments, "target");
            return target.contains('\0') ? failure(EINVAL)
                                         : outcome(::symlinkat(target.c_str(), folder, name));
        });
    }

    Reply chmod() {
        return at(LastLink::Follow, [this](int folder, const char* name) {
            return outcome(::fchmodat(folder, name, static_cast<mode_t>(numberOf(arguments, "mode")), 0));
        });
    }

    Reply fchmod() {
        return on([this](int descriptor) {
            return outcome(::fchmod(descriptor, static_cast<mode_t>(numberOf(arguments, "mode"))));
        });
    }

    /// -1, which leaves an owner as it is, is the same number here.
    uid_t user() const { return static_cast<uid_t>(numberOf(arguments, "uid")); }
    gid_t group() const { return static_cast<gid_t>(numberOf(arguments, "gid")); }

    Reply chown() {
        return at(followed(), [this](int folder, const char* name) {
            return outcome(::fchownat(folder, name, user(), group(), AT_SYMLINK_NOFOLLOW));
        });
    }

    Reply fchown() {
        return on([this](int descriptor) { return outcome(::fchown(descriptor, user(), group())); });
    }

    std::array<timespec, 2> times() const { return {timeOf(arguments, "atime"), timeOf(arguments, "mtime")}; }

    Reply utimes() {
        return at(followed(), [this](int folder, const char* name) {
            return outcome(::utimensat(folder, name, times().data(), AT_SYMLINK_NOFOLLOW));
        });
    }

    Reply futimes() {
        return on([this](int descriptor) { return outcome(::futimens(descriptor, times().data())); });
    }

    Reply truncate() {
        return at(LastLink::Follow, [this](int folder, const char* name) {
            const FileDescriptor file(::openat(folder, name, O_WRONLY | O_NOFOLLOW | O_CLOEXEC));
            return outcome(file ? ::ftruncate(file.number(), numberOf(arguments, "size")) : -1);
        });
    }

    Reply ftruncate() {
        return on(
            [this](int descriptor) { return outcome(::ftruncate(descriptor, numberOf(arguments, "size"))); });
    }

    /// The answer has the stat as well: the program asks for it next, always.
    Reply open() {
        const int flags = hostFlags(static_cast<int>(numberOf(arguments, "flags")));
        if ((flags & O_CREAT) != 0 && textOf(arguments, "path").ends_with('/')) {
            return failure(EISDIR);  // the slash is gone when the system is asked
        }
        const bool exclusive = (flags & O_CREAT) != 0 && (flags & O_EXCL) != 0;
        const LastLink last_link = exclusive || (flags & O_NOFOLLOW) != 0 ? LastLink::Keep : LastLink::Follow;
        return at(last_link, [this, flags](int folder, const char* name) {
            FileDescriptor file(::openat(folder, name, flags | O_NOFOLLOW | O_CLOEXEC,
                                         static_cast<mode_t>(numberOf(arguments, "mode"))));
            struct stat found{};
            if (!file || ::fstat(file.number(), &found) < 0) {
                return failure(errno);
            }
            const int handle = file.number();
            const std::lock_guard lock(files.mutex_);
            files.open_[handle] = std::move(file);
            return Reply{.values = {{"handle", handle}, {"stat", describeStat(found)}}, .bytes = {}};
        });
    }

    Reply close() {
        const std::lock_guard lock(files.mutex_);
        const auto found = files.open_.find(static_cast<int>(numberOf(arguments, "handle")));
        if (found == files.open_.end()) {
            return failure(EBADF);
        }
        const int result = found->second.close();
        const Reply reply = outcome(result);
        files.open_.erase(found);
        return reply;
    }

    /// No "position": where the descriptor stands, for what cannot seek.
    bool isSeekable() const { return arguments.contains("position") && arguments["position"].is_number(); }

    Reply read() {
        return on([this](int descriptor) {
            Reply reply;
            reply.bytes.resize(
                static_cast<size_t>(std::clamp(numberOf(arguments, "length"), 0L, kLargestRead)));
            const ssize_t count = isSeekable() ? ::pread(descriptor, reply.bytes.data(), reply.bytes.size(),
                                                         numberOf(arguments, "position"))
                                               : ::read(descriptor, reply.bytes.data(), reply.bytes.size());
            if (count < 0) {
                return failure(errno);
            }
            reply.bytes.resize(static_cast<size_t>(count));
            return reply;
        });
    }

    Reply write() {
        return on([this](int descriptor) {
            const ssize_t count = isSeekable() ? ::pwrite(descriptor, call.bytes.data(), call.bytes.size(),
                                                          numberOf(arguments, "position"))
                                               : ::write(descriptor, call.bytes.data(), call.bytes.size());
            return count < 0 ? failure(errno) : Reply{.values = {{"count", count}}, .bytes = {}};
        });
    }

    /// Of the same open file: what stands there of a position is both's.
    Reply duplicate() {
        return on([this](int descriptor) {
            FileDescriptor file(::fcntl(descriptor, F_DUPFD_CLOEXEC, 0));
            if (!file) {
                return failure(errno);
            }
            const int handle = file.number();
            const std::lock_guard lock(files.mutex_);
            files.open_[handle] = std::move(file);
            return Reply{.values = {{"handle", handle}}, .bytes = {}};
        });
    }

    /// To "position", or, without one, nowhere.
    Reply seek() {
        return on([this](int descriptor) {
            const off_t position = isSeekable()
                                       ? ::lseek(descriptor, numberOf(arguments, "position"), SEEK_SET)
                                       : ::lseek(descriptor, 0, SEEK_CUR);
            return position < 0 ? failure(errno) : Reply{.values = {{"position", position}}, .bytes = {}};
        });
    }

    Reply fsync() {
        return on([](int descriptor) { return outcome(::fsync(descriptor)); });
    }
};

Reply BridgeFiles::call(std::string_view name, const Call& call) {
    struct Row {
        std::string_view name;
        Reply (FileCalls::*run)();
    };
    static constexpr std::array kCalls{
        Row{"stat", &FileCalls::stat},         Row{"fstat", &FileCalls::fstat},
        Row{"readdir", &FileCalls::readdir},   Row{"readlink", &FileCalls::readlink},
        Row{"realpath", &FileCalls::realpath}, Row{"access", &FileCalls::access},
        Row{"mkdir", &FileCalls::mkdir},       Row{"rmdir", &FileCalls::rmdir},
        Row{"unlink", &FileCalls::unlink},     Row{"rename", &FileCalls::rename},
        Row{"link", &FileCalls::link},         Row{"symlink", &FileCalls::symlink},
        Row{"chmod", &FileCalls::chmod},       Row{"fchmod", &FileCalls::fchmod},
        Row{"chown", &FileCalls::chown},       Row{"fchown", &FileCalls::fchown},
        Row{"utimes", &FileCalls::utimes},     Row{"futimes", &FileCalls::futimes},
        Row{"truncate", &FileCalls::truncate}, Row{"ftruncate", &FileCalls::ftruncate},
        Row{"open", &FileCalls::open},         Row{"close", &FileCalls::close},
        Row{"read", &FileCalls::read},         Row{"write", &FileCalls::write},
        Row{"fsync", &FileCalls::fsync},       Row{"duplicate", &FileCalls::duplicate},
        Row{"seek", &FileCalls::seek},
    };
    const auto row = std::ranges::find(kCalls, name, &Row::name);
    if (row == kCalls.end()) {
        return failure(ENOSYS);
    }
    FileCalls calls{.files = *this, .call = call, .arguments = call.arguments};
    return (calls.*row->run)();
}

}  // namespace taipan::serve
