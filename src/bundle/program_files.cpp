// SPDX-License-Identifier: Apache-2.0
#include "bundle/program_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace taipan::bundle {

namespace fs = std::filesystem;

namespace {

constexpr const char* kBytecodeFolder = "__pycache__";

/// Where it goes, below the program's folder and without dots; empty: that folder itself.
Result<fs::path> destinationOf(const Data& data, const fs::path& root) {
    fs::path place;
    if (data.destination) {
        place = *data.destination;
        if (place.has_parent_path() && !place.has_filename() && !fs::is_directory(data.source))
            place /= data.source.filename();
    } else {
        place = fs::absolute(data.source)
                    .lexically_normal()
                    .lexically_relative(fs::absolute(root).lexically_normal());
    }
    place = place.lexically_normal();
    if (!place.has_filename())
        place = place.parent_path();
    if (place == ".")
        return fs::path();
    if (place.is_absolute() || place.empty() || *place.begin() == "..")
        return data.destination
                   ? misuse(fmt::format("cannot put {} at {}", data.source.string(), *data.destination),
                            "name a place below the program's folder, such as data/words.txt")
                   : misuse(fmt::format("{} is not in the program's folder", data.source.string()),
                            fmt::format("say where it goes: --data {}=PLACE", data.source.string()));
    return place;
}

/// The files of `data`, each with its place.
class Collector {
  public:
    Result<void> add(const Data& data, const fs::path& root) {
        std::error_code error;
        const fs::file_status status = fs::status(data.source, error);
        if (!fs::exists(status))
            return fail(fmt::format("there is no {}, which --data names", data.source.string()));
        const fs::path place = TRY(destinationOf(data, root));
        if (!fs::is_directory(status))
            return addFile(data.source, place);
        return addFolder(data.source, place);
    }

    std::vector<ProgramFile> take() {
        std::vector<ProgramFile> files;
        for (auto& [path, file] : files_)
            files.push_back(std::move(file));
        return files;
    }

    /// Fails where a file would be a folder as well.
    Result<void> checkFolders() const {
        for (const auto& [path, file] : files_) {
            for (fs::path folder = fs::path(path).parent_path(); folder != kProgramFolder;
                 folder = folder.parent_path()) {
                if (const auto other = files_.find(folder.string()); other != files_.end())
                    return fail(
                        fmt::format("{} would be a file and a folder: {} and {} go there", folder.string(),
                                    other->second.source.string(), file.source.string()),
                        "give one of them another place");
            }
        }
        return {};
    }

  private:
    Result<void> addFolder(const fs::path& folder, const fs::path& place) {
        std::error_code error;
        fs::recursive_directory_iterator entries(folder, error);
        for (; !error && entries != fs::recursive_directory_iterator(); entries.increment(error)) {
            const fs::path& path = entries->path();
            if (path.filename() == kBytecodeFolder) {
                entries.disable_recursion_pending();
            } else if (!fs::is_directory(entries->status(error)) && !error) {
                TRY(addFile(path, place / path.lexically_relative(folder)));
            }
        }
        if (error)
            return failSystem(error.value(), fmt::format("cannot read the folder {}", folder.string()));
        return {};
    }

    Result<void> addFile(const fs::path& source, const fs::path& place) {
        std::error_code error;
        if (!fs::is_regular_file(source, error))
            return fail(fmt::format("{}, which --data names, is no file", source.string()));
        const size_t size = fs::file_size(source, error);
        if (error)
            return failSystem(error.value(), fmt::format("cannot read {}", source.string()));
        const std::string path = (fs::path(kProgramFolder) / place).string();
        const auto [known, is_new] = files_.try_emplace(path, ProgramFile{path, source, size});
        if (is_new || fs::equivalent(known->second.source, source, error))
            return {};
        return fail(
            fmt::format("{} and {} would both be {}", known->second.source.string(), source.string(), path),
            "give one of them another place");
    }

    std::map<std::string, ProgramFile> files_;
};

}  // namespace

Result<std::vector<ProgramFile>> dataFiles(const Request& request) {
    Collector collector;
    for (const Data& data : request.data)
        TRY(collector.add(data, request.program.root()));
    TRY(collector.checkFolders());
    return collector.take();
}

std::vector<ProgramFile> merged(std::vector<ProgramFile> data, std::vector<ProgramFile> sources) {
    std::ranges::move(sources, std::back_inserter(data));
    std::ranges::stable_sort(data, {}, &ProgramFile::path);
    const auto twice = std::ranges::unique(data, {}, &ProgramFile::path);
    data.erase(twice.begin(), twice.end());
    return data;
}

}  // namespace taipan::bundle
