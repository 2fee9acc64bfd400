// SPDX-License-Identifier: Apache-2.0
//
// The manifest's format: a line "MARK SIZE MTIME SHA256 PATH" per file, products (mark P) before the others
// (mark F). Symbolic links (mark L) have their target's hash. The line "end" closes it: a manifest without it
// is damaged itself.
#include "provision/manifest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <functional>
#include <sstream>

#include "support/files.h"
#include "support/sha256.h"
#include "support/text.h"

namespace taipan::provision {

namespace fs = std::filesystem;

namespace {

struct Entry {
    char mark = 'F';
    std::string size;
    std::string time;
    std::string sha256;
    fs::path path;
};

std::string timeOf(const struct stat& status) {
    return fmt::format("{}.{:09}", status.st_mtim.tv_sec, status.st_mtim.tv_nsec);
}

Result<Entry> inspect(const fs::path& output, const fs::path& relative, char mark) {
    const fs::path file = output / relative;
    struct stat status {};
    if (lstat(file.c_str(), &status) != 0)
        return failSystem(errno, fmt::format("cannot read {}", file.string()));
    if (S_ISLNK(status.st_mode)) {
        std::error_code error;
        const fs::path target = fs::read_symlink(file, error);
        return Entry{'L', std::to_string(status.st_size), timeOf(status), sha256OfText(target.string()),
                     relative};
    }
    return Entry{mark, std::to_string(status.st_size), timeOf(status), TRY(sha256OfFile(file)), relative};
}

Result<std::vector<fs::path>> filesOf(const fs::path& output) {
    std::vector<fs::path> files;
    std::error_code error;
    for (fs::recursive_directory_iterator entry(output, error), end; !error && entry != end;
         entry.increment(error)) {
        if (entry->is_directory() && !entry->is_symlink())
            continue;
        if (entry->path().filename() != kManifestName)
            files.push_back(entry->path().lexically_relative(output));
    }
    if (error)
        return failSystem(error.value(), fmt::format("cannot read the folder {}", output.string()));
    std::ranges::sort(files);
    return files;
}

std::string lineOf(const Entry& entry) {
    return fmt::format("{} {} {} {} {}\n", entry.mark, entry.size, entry.time, entry.sha256,
                       entry.path.string());
}

/// A damaged manifest must not have us look at, or touch, what is none of ours.
bool staysInside(const fs::path& path) {
    return path.is_relative() && std::ranges::find(path, fs::path("..")) == path.end();
}

bool parseLine(const std::string& line, Entry& entry) {
    std::istringstream fields(line);
    std::string path;
    if (!(fields >> entry.mark >> entry.size >> entry.time >> entry.sha256) || fields.get() != ' ')
        return false;
    if (!std::getline(fields, path))
        return false;
    entry.path = path;
    return staysInside(entry.path);
}

/// So that the next look is cheap again. Where that is not possible the content is compared once more.
void restoreTime(const fs::path& file, const std::string& time) {
    const size_t dot = time.find('.');
    timespec times[2] = {{0, UTIME_OMIT}, {std::atol(time.c_str()), std::atol(time.c_str() + dot + 1)}};
    (void)utimensat(AT_FDCWD, file.c_str(), times, AT_SYMLINK_NOFOLLOW);
}

enum class Verdict { Same, Touched, Different };

Verdict compareStatus(const fs::path& output, const Entry& entry) {
    struct stat status {};
    if (lstat((output / entry.path).c_str(), &status) != 0)
        return Verdict::Different;
    if (S_ISLNK(status.st_mode) != (entry.mark == 'L'))
        return Verdict::Different;
    if (std::to_string(status.st_size) != entry.size)
        return Verdict::Different;
    return timeOf(status) == entry.time ? Verdict::Same : Verdict::Touched;
}

bool isAsMade(const fs::path& output, const Entry& entry) {
    const Verdict verdict = compareStatus(output, entry);
    if (verdict != Verdict::Touched)
        return verdict == Verdict::Same;
    const Result<Entry> now = inspect(output, entry.path, entry.mark);
    if (!now || now->sha256 != entry.sha256)
        return false;
    restoreTime(output / entry.path, entry.time);
    return true;
}

/// Calls `accepts` on each entry until it says no or `wanted` says that the rest is of no interest.
bool checkEntries(const fs::path& output, const std::function<bool(const Entry&)>& wanted,
                  const std::function<bool(const Entry&)>& accepts) {
    const Result<std::string> text = readFile(output / kManifestName);
    if (!text || !text->ends_with("\nend\n"))
        return false;
    for (const std::string& line : splitLines(*text)) {
        Entry entry;
        if (line == "end")
            return true;
        if (!parseLine(line, entry))
            return false;
        if (!wanted(entry))
            return true;
        if (!accepts(entry))
            return false;
    }
    return false;
}

}  // namespace

Result<void> writeManifest(const fs::path& output, const std::vector<fs::path>& products) {
    std::string first;
    std::string rest;
    for (const fs::path& product : products) {
        std::error_code ignored;
        if (!fs::exists(output / product, ignored))
            return internal(fmt::format("a step did not make its product {}", product.string()));
        first += lineOf(TRY(inspect(output, product, 'P')));
    }
    for (const fs::path& file : TRY(filesOf(output))) {
        if (std::ranges::find(products, file) == products.end())
            rest += lineOf(TRY(inspect(output, file, 'F')));
    }
    return writeFile(output / kManifestName, first + rest + "end\n");
}

bool productsIntact(const fs::path& output) {
    return checkEntries(
        output, [](const Entry& entry) { return entry.mark == 'P'; },
        [&](const Entry& entry) { return isAsMade(output, entry); });
}

bool allIntact(const fs::path& output) {
    return checkEntries(
        output, [](const Entry&) { return true; },
        [&](const Entry& entry) { return isAsMade(output, entry); });
}

}  // namespace taipan::provision
