// SPDX-License-Identifier: Apache-2.0
//
// The memory's format: a line "KIND STAMP VALUE<tab>PATH" per fact, STAMP being size:mtime:inode.
#include "provision/file_facts.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <ctime>

#include "support/files.h"
#include "support/sha256.h"
#include "support/text.h"

namespace taipan::provision {

namespace fs = std::filesystem;

namespace {

/// A file changed this recently could change again without its time moving on.
constexpr time_t kSettleSeconds = 2;

constexpr std::array<std::string_view, 3> kSkippedFolders = {"node_modules", "__pycache__", "build"};

std::string stampOf(const struct stat& status) {
    return fmt::format("{}:{}.{}:{}", status.st_size, status.st_mtim.tv_sec, status.st_mtim.tv_nsec,
                       status.st_ino);
}

bool isSkipped(const fs::path& path) {
    const std::string name = path.filename().string();
    return name.starts_with(".") || std::ranges::find(kSkippedFolders, name) != kSkippedFolders.end();
}

Result<std::vector<fs::path>> filesBelow(const fs::path& folder) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(folder, error), end; !error && entry != end;
         entry.increment(error)) {
        if (isSkipped(entry->path())) {
            if (entry->is_directory())
                entry.disable_recursion_pending();
        } else if (entry->is_regular_file()) {
            files.push_back(entry->path());
        }
    }
    if (error)
        return failSystem(error.value(), fmt::format("cannot read the folder {}", folder.string()));
    std::ranges::sort(files);
    return files;
}

}  // namespace

FileFacts::FileFacts(fs::path memory) : memory_(std::move(memory)) {
    const Result<std::string> text = readFile(memory_);
    if (!text)
        return;
    for (const std::string& line : splitLines(*text)) {
        const size_t kind_end = line.find(' ');
        const size_t stamp_end = line.find(' ', kind_end + 1);
        const size_t tab = line.find('\t', stamp_end + 1);
        if (kind_end == std::string::npos || stamp_end == std::string::npos || tab == std::string::npos)
            continue;
        const std::string name = line.substr(0, kind_end) + " " + line.substr(tab + 1);
        entries_[name] = {line.substr(kind_end + 1, stamp_end - kind_end - 1),
                          line.substr(stamp_end + 1, tab - stamp_end - 1)};
    }
}

Result<std::string> FileFacts::fact(const fs::path& file, std::string_view kind, const Finding& find) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0)
        return failSystem(errno, fmt::format("cannot read {}", file.string()));
    const std::string name = fmt::format("{} {}", kind, file.string());
    const std::string stamp = stampOf(status);
    const auto known = entries_.find(name);
    if (known != entries_.end() && known->second.stamp == stamp)
        return known->second.value;
    std::string value = TRY(find());
    const bool settled = std::time(nullptr) - status.st_mtim.tv_sec > kSettleSeconds;
    const bool writable =
        file.string().find('\n') == std::string::npos && value.find_first_of("\t\n") == std::string::npos;
    if (settled && writable) {
        entries_[name] = {stamp, value};
        changed_ = true;
    }
    return value;
}

Result<std::string> FileFacts::sha256(const fs::path& file) {
    return fact(file, "sha256", [&] { return sha256OfFile(file); });
}

Result<std::string> FileFacts::sha256OfTree(const fs::path& path) {
    std::error_code ignored;
    if (!fs::is_directory(path, ignored))
        return sha256(path);
    Sha256 hash;
    for (const fs::path& file : TRY(filesBelow(path))) {
        hash.field(file.lexically_relative(path).string());
        hash.field(TRY(sha256(file)));
    }
    return hash.hex();
}

void FileFacts::save() {
    if (!changed_)
        return;
    std::string text;
    for (const auto& [name, entry] : entries_) {
        const size_t space = name.find(' ');
        std::error_code ignored;
        if (!fs::exists(name.substr(space + 1), ignored))
            continue;
        text += fmt::format("{} {} {}\t{}\n", name.substr(0, space), entry.stamp, entry.value,
                            name.substr(space + 1));
    }
    if (writeFile(memory_, text))
        changed_ = false;  // a read-only cache only costs the time to find out again
}

}  // namespace taipan::provision
