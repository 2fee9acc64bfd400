// SPDX-License-Identifier: Apache-2.0
#include "bundle/forms.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "bundle/page_folder.h"
#include "support/files.h"
#include "support/text.h"

namespace taipan::bundle {

namespace fs = std::filesystem;

namespace {

/// What is made of: a program of the workplace, and its name.
struct Source {
    const Workplace& place;
    std::string_view program;
    const std::string& name;
};

/// The program and what runs it on Node as one file, `packed`.
Result<void> packForNode(const Source& source, const std::string& packed) {
    constexpr std::string_view kLog = "pack.log";
    const Workplace& place = source.place;
    const std::string runner = (place.tools.host / "bundle/node.mjs").string();
    if (TRY(place.runScript({}, "pack.mjs", {runner, place.file(source.program), packed}, kLog)).ok())
        return {};
    return internal(
        fmt::format("the compiled program cannot be packed: {}", fmt::join(place.linesOf(kLog), "; ")));
}

/// As a page or a folder with one.
Result<void> packForBrowser(const Source& source, const std::string& kind, const std::string& packed) {
    constexpr std::string_view kLog = "pack-page.log";
    const Workplace& place = source.place;
    const std::string assets = (place.tools.host / "bundle/browser").string();
    if (TRY(place.runScript({}, "pack-page.mjs",
                            {kind, assets, place.file(source.program), packed, source.name}, kLog))
            .ok())
        return {};
    return internal(
        fmt::format("the page of the program cannot be made: {}", fmt::join(place.linesOf(kLog), "; ")));
}

/// A file or folder, ready to be put into its place.
Result<fs::path> make(Form form, const Source& source, const std::string& packed) {
    switch (form) {
        case Form::Wasm:
            return source.place.file(source.program);
        case Form::Node:
            TRY(packForNode(source, packed));
            return packed;
        case Form::Page:
            TRY(packForBrowser(source, "page", packed));
            return packed;
        case Form::PageFolder:
            TRY(packForBrowser(source, "folder", packed));
            return packed;
    }
    std::unreachable();
}

Result<std::vector<WrittenFile>> writeFolder(const fs::path& made, const fs::path& folder) {
    std::vector<WrittenFile> written;
    std::error_code error;
    for (const std::string& file : TRY(placePageFolder(made, folder)))
        written.push_back({(folder / file).string(), fs::file_size(made / file, error)});
    return written;
}

Result<WrittenFile> writeOne(const fs::path& made, const fs::path& file) {
    const std::string content = TRY(readFile(made));
    TRY(writeFile(file, content));
    return WrittenFile{file.string(), content.size()};
}

}  // namespace

Result<std::vector<WrittenFile>> writeForms(const Request& request, const Workplace& place,
                                            std::string_view program) {
    const Source source{place, program, request.name};
    std::vector<fs::path> made;
    for (const Output& output : request.outputs)
        made.push_back(TRY(make(output.form, source, place.file(fmt::format("made{}", made.size())))));
    std::vector<WrittenFile> written;
    for (size_t i = 0; i < made.size(); ++i) {
        const Output& output = request.outputs[i];
        if (output.form == Form::PageFolder) {
            std::ranges::move(TRY(writeFolder(made[i], output.file)), std::back_inserter(written));
        } else {
            written.push_back(TRY(writeOne(made[i], output.file)));
        }
    }
    return written;
}

}  // namespace taipan::bundle
