// SPDX-License-Identifier: Apache-2.0
//
// Reading, writing, copying and removing.
#include "support/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>

#include "support/file_descriptor.h"

namespace taipan {

namespace fs = std::filesystem;

Result<std::string> readFile(const fs::path& file) {
    const FileDescriptor input(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!input)
        return failSystem(errno, fmt::format("cannot read {}", file.string()));
    struct stat status {};
    std::string content;
    if (fstat(input.number(), &status) == 0 && status.st_size > 0)
        content.reserve(static_cast<size_t>(status.st_size));
    char buffer[1 << 16];
    for (;;) {
        const ssize_t count = read(input.number(), buffer, sizeof buffer);
        if (count == 0)
            return content;
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return failSystem(errno, fmt::format("cannot read {}", file.string()));
        content.append(buffer, static_cast<size_t>(count));
    }
}

namespace {

Result<void> writeAll(const FileDescriptor& output, std::string_view content, const fs::path& file) {
    while (!content.empty()) {
        const ssize_t count = write(output.number(), content.data(), content.size());
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return failSystem(errno, fmt::format("cannot write {}", file.string()));
        content.remove_prefix(static_cast<size_t>(count));
    }
    return {};
}

}  // namespace

Result<void> writeFile(const fs::path& file, std::string_view content) {
    if (file.has_parent_path())
        TRY(createDirectories(file.parent_path()));
    std::string beside = file.string() + ".XXXXXX";
    FileDescriptor output(mkostemp(beside.data(), O_CLOEXEC));
    if (!output)
        return failSystem(errno, fmt::format("cannot write {}", file.string()));
    fchmod(output.number(), 0644);
    Result<void> written = writeAll(output, content, file);
    if (written && output.close() != 0)  // some file systems report a full disk only here
        written = failSystem(errno, fmt::format("cannot write {}", file.string()));
    if (written)
        written = renamePath(beside, file);
    if (!written)
        unlink(beside.c_str());
    return written;
}

Result<void> createDirectories(const fs::path& folder) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error)
        return failSystem(error.value(), fmt::format("cannot create the folder {}", folder.string()));
    return {};
}

namespace {

/// Packages may hold folders without write permission, which would keep their content from being removed.
void makeFoldersWritable(const fs::path& top) {
    std::error_code ignored;
    fs::permissions(top, fs::perms::owner_all, fs::perm_options::add, ignored);
    for (fs::recursive_directory_iterator entry(top, ignored), end; entry != end; entry.increment(ignored)) {
        if (entry->is_directory(ignored) && !entry->is_symlink(ignored))
            fs::permissions(entry->path(), fs::perms::owner_all, fs::perm_options::add, ignored);
    }
}

}  // namespace

Result<void> removeTree(const fs::path& path) {
    std::error_code error;
    fs::remove_all(path, error);
    if (error == std::errc::permission_denied) {
        makeFoldersWritable(path);
        error.clear();
        fs::remove_all(path, error);
    }
    if (error)
        return failSystem(error.value(), fmt::format("cannot remove {}", path.string()));
    return {};
}

Result<void> renamePath(const fs::path& from, const fs::path& to) {
    if (rename(from.c_str(), to.c_str()) != 0)
        return failSystem(errno, fmt::format("cannot rename {} to {}", from.string(), to.string()));
    return {};
}

namespace {

Result<void> copyOne(const fs::path& from, const fs::path& to, CopyMode mode) {
    std::error_code error;
    if (mode == CopyMode::Link) {
        fs::create_hard_link(from, to, error);
        if (!error)
            return {};
        error.clear();  // another device, or a file system without links: copy
    }
    fs::copy_file(from, to, fs::copy_options::overwrite_existing, error);
    const fs::file_time_type time = error ? fs::file_time_type() : fs::last_write_time(from, error);
    if (!error)
        fs::last_write_time(to, time, error);
    if (error)
        return failSystem(error.value(), fmt::format("cannot copy {} to {}", from.string(), to.string()));
    return {};
}

Result<void> copyLink(const fs::path& from, const fs::path& to) {
    std::error_code error;
    fs::remove(to, error);
    fs::copy_symlink(from, to, error);
    if (error)
        return failSystem(error.value(), fmt::format("cannot copy the link {}", from.string()));
    return {};
}

}  // namespace

Result<void> copyTree(const fs::path& from, const fs::path& to, CopyMode mode) {
    TRY(createDirectories(to));
    std::error_code error;
    fs::directory_iterator entries(from, error);
    if (error)
        return failSystem(error.value(), fmt::format("cannot read the folder {}", from.string()));
    for (const fs::directory_entry& entry : entries) {
        const fs::path target = to / entry.path().filename();
        if (entry.is_symlink(error)) {
            TRY(copyLink(entry.path(), target));
        } else if (entry.is_directory(error)) {
            TRY(copyTree(entry.path(), target, mode));
        } else {
            TRY(copyOne(entry.path(), target, mode));
        }
    }
    return {};
}

Result<TemporaryDirectory> TemporaryDirectory::create(const fs::path& parent, std::string_view prefix) {
    TRY(createDirectories(parent));
    std::string path = (parent / prefix).string() + "XXXXXX";
    if (mkdtemp(path.data()) == nullptr)
        return failSystem(errno, fmt::format("cannot create a folder in {}", parent.string()));
    return TemporaryDirectory(path);
}

TemporaryDirectory::TemporaryDirectory(TemporaryDirectory&& other) noexcept
    : path_(std::exchange(other.path_, {})), kept_(other.kept_) {}

TemporaryDirectory& TemporaryDirectory::operator=(TemporaryDirectory&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(kept_, other.kept_);
    return *this;
}

TemporaryDirectory::~TemporaryDirectory() {
    if (!path_.empty() && !kept_)
        (void)removeTree(path_);
}

}  // namespace taipan
