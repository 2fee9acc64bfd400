// SPDX-License-Identifier: Apache-2.0
#include "bundle/page_folder.h"

#include <fmt/format.h>

#include <algorithm>

#include "support/files.h"

namespace taipan::bundle {

namespace fs = std::filesystem;

namespace {

constexpr std::string_view kPage = "index.html";
/// web/bundle/browser/page.html.
constexpr std::string_view kMark = "<meta name=\"generator\" content=\"Taipan\" />";

using Names = std::vector<std::string>;

Result<Names> namesIn(const fs::path& folder) {
    std::error_code error;
    Names names;
    for (fs::directory_iterator entry(folder, error), end; !error && entry != end; entry.increment(error))
        names.push_back(entry->path().filename().string());
    if (error)
        return failSystem(error.value(), fmt::format("cannot read the folder {}", folder.string()));
    std::ranges::sort(names);
    return names;
}

bool isPage(std::string_view name) {
    return name.starts_with(kPage);
}

/// Those of the folder that its page names, and the page itself.
Result<Names> ownNames(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder / kPage, error))
        return Names{};
    const std::string page = TRY(readFile(folder / kPage));
    Names own;
    for (const std::string& name : TRY(namesIn(folder))) {
        const fs::path path(name);
        const std::string ending = path.extension().string();
        const bool is_packed = ending == ".gz" || ending == ".br";
        if (isPage(name) || page.contains('"' + (is_packed ? path.stem().string() : name) + '"'))
            own.push_back(name);
    }
    return own;
}

/// The page is the last, since it names the others.
Result<void> copyFiles(const fs::path& from, const fs::path& to, const Names& names) {
    for (const bool is_page : {false, true}) {
        for (const std::string& name : names) {
            if (isPage(name) == is_page)
                TRY(writeFile(to / name, TRY(readFile(from / name))));
        }
    }
    return {};
}

/// Best effort: nothing refers to them.
void removeFiles(const fs::path& folder, const Names& names, const Names& kept) {
    std::error_code ignored;
    for (const std::string& name : names) {
        if (std::ranges::find(kept, name) == kept.end())
            fs::remove(folder / name, ignored);
    }
}

Result<void> replaceFiles(const fs::path& made, const fs::path& folder, const Names& names) {
    TRY(checkPageFolder(folder));
    const Names before = TRY(ownNames(folder));
    if (const Result<void> copied = copyFiles(made, folder, names); !copied) {
        removeFiles(folder, names, before);
        return copied;
    }
    removeFiles(folder, before, names);
    return {};
}

Result<void> makeFolder(const fs::path& made, const fs::path& folder, const Names& names) {
    const fs::path parent = folder.has_parent_path() ? folder.parent_path() : fs::path(".");
    const TemporaryDirectory beside =
        TRY(TemporaryDirectory::create(parent, fmt::format(".{}-", folder.filename().string())));
    const fs::path whole = beside.path() / "whole";
    TRY(createDirectories(whole));
    TRY(copyFiles(made, whole, names));
    return renamePath(whole, folder);
}

}  // namespace

Result<void> checkPageFolder(const fs::path& folder) {
    std::error_code error;
    if (!fs::exists(folder, error))
        return {};
    if (!fs::is_directory(folder, error))
        return misuse(fmt::format("cannot write {}: it is no folder", folder.string()), "name another");
    if (TRY(namesIn(folder)).empty())
        return {};
    if (fs::exists(folder / kPage, error) && TRY(readFile(folder / kPage)).contains(kMark))
        return {};
    return misuse(fmt::format("cannot write {}: it holds what taipan did not make", folder.string()),
                  "name another folder, or empty it");
}

Result<std::vector<std::string>> placePageFolder(const fs::path& made, const fs::path& folder) {
    const Names names = TRY(namesIn(made));
    std::error_code error;
    const bool is_there = fs::exists(folder, error);
    TRY(is_there ? replaceFiles(made, folder, names) : makeFolder(made, folder, names));
    return names;
}

}  // namespace taipan::bundle
