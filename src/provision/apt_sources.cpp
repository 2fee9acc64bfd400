// SPDX-License-Identifier: Apache-2.0
//
// sources.list(5), both formats.
#include "provision/apt_sources.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <sstream>

#include "support/files.h"
#include "support/text.h"

namespace taipan::provision {

namespace fs = std::filesystem;

namespace {

std::vector<std::string> words(std::string_view text) {
    std::istringstream stream{std::string(text)};
    std::vector<std::string> result;
    for (std::string word; stream >> word;)
        result.push_back(word);
    return result;
}

/// Takes "[option=value option=value]" off the front of the line's rest and returns what is in the brackets.
std::string takeOptions(std::string& rest) {
    const size_t open = rest.find_first_not_of(" \t");
    if (open == std::string::npos || rest[open] != '[')
        return {};
    const size_t close = rest.find(']', open);
    if (close == std::string::npos)
        return {};
    std::string options = rest.substr(open + 1, close - open - 1);
    rest.erase(0, close + 1);
    return options;
}

std::optional<AptSource> parseOneLine(const std::string& raw) {
    std::string line(trim(raw.substr(0, raw.find('#'))));
    const size_t type_end = line.find_first_of(" \t[");
    if (type_end == std::string::npos)
        return std::nullopt;
    AptSource source;
    source.types = {line.substr(0, type_end)};
    if (source.types[0] != "deb" && source.types[0] != "deb-src")
        return std::nullopt;
    line.erase(0, type_end);
    for (const std::string& option : words(takeOptions(line))) {
        if (option.starts_with("signed-by="))
            source.signed_by = option.substr(option.find('=') + 1);
    }
    std::ranges::replace(source.signed_by, ',', ' ');
    std::vector<std::string> fields = words(line);
    if (fields.size() < 2)
        return std::nullopt;
    source.uris = {fields[0]};
    source.suites = {fields[1]};
    source.components.assign(fields.begin() + 2, fields.end());
    return source;
}

using Paragraph = std::map<std::string, std::string>;

std::string lowered(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(),
                           [](unsigned char c) { return static_cast<char>(tolower(c)); });
    return result;
}

/// Fields by lower-case name; a continued value keeps its lines, as an embedded key needs.
std::vector<Paragraph> parseParagraphs(std::string_view text) {
    std::vector<Paragraph> paragraphs(1);
    std::string field;
    for (const std::string& line : splitLines(text)) {
        if (line.starts_with('#'))
            continue;
        if (trim(line).empty()) {
            if (!paragraphs.back().empty())
                paragraphs.emplace_back();
            field.clear();
        } else if (line[0] == ' ' || line[0] == '\t') {
            if (!field.empty())
                paragraphs.back()[field] += "\n" + line;
        } else if (const size_t colon = line.find(':'); colon != std::string::npos) {
            field = lowered(trim(line.substr(0, colon)));
            paragraphs.back()[field] = trim(line.substr(colon + 1));
        }
    }
    if (paragraphs.back().empty())
        paragraphs.pop_back();
    return paragraphs;
}

AptSource sourceOf(Paragraph& paragraph) {
    AptSource source;
    source.types = words(paragraph["types"]);
    source.uris = words(paragraph["uris"]);
    source.suites = words(paragraph["suites"]);
    source.components = words(paragraph["components"]);
    source.signed_by = paragraph["signed-by"];
    const std::string enabled = lowered(paragraph["enabled"]);
    source.enabled = enabled != "no" && enabled != "false" && enabled != "0" && enabled != "off";
    return source;
}

void append(std::vector<AptSource>& all, std::vector<AptSource> more) {
    all.insert(all.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
}

}  // namespace

std::vector<AptSource> parseOneLineSources(std::string_view text) {
    std::vector<AptSource> sources;
    for (const std::string& line : splitLines(text)) {
        if (auto source = parseOneLine(line))
            sources.push_back(std::move(*source));
    }
    return sources;
}

std::vector<AptSource> parseDeb822Sources(std::string_view text) {
    std::vector<AptSource> sources;
    for (Paragraph& paragraph : parseParagraphs(text))
        sources.push_back(sourceOf(paragraph));
    return sources;
}

std::vector<AptSource> readAptSources(const fs::path& root) {
    const fs::path folder = root / "etc/apt";
    std::vector<AptSource> all = parseOneLineSources(readFile(folder / "sources.list").value_or(""));
    std::vector<fs::path> parts;
    std::error_code ignored;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder / "sources.list.d", ignored))
        parts.push_back(entry.path());
    std::ranges::sort(parts);
    for (const fs::path& part : parts) {
        const std::string text = readFile(part).value_or("");
        if (part.extension() == ".list")
            append(all, parseOneLineSources(text));
        if (part.extension() == ".sources")
            append(all, parseDeb822Sources(text));
    }
    return all;
}

namespace {

std::string osRelease(const fs::path& root, std::string_view name) {
    for (const std::string& line : splitLines(readFile(root / "etc/os-release").value_or(""))) {
        if (!line.starts_with(std::string(name) + "="))
            continue;
        std::string value = line.substr(name.size() + 1);
        std::erase(value, '"');
        return value;
    }
    return {};
}

bool contains(const std::vector<std::string>& list, std::string_view word) {
    return std::ranges::find(list, word) != list.end();
}

/// An entry may name its release by code name or by its place in the cycle.
bool servesMain(const AptSource& source, const std::string& codename) {
    const bool suits = contains(source.suites, codename) || contains(source.suites, "stable") ||
                       contains(source.suites, "oldstable");
    return source.enabled && contains(source.types, "deb") && suits && contains(source.components, "main") &&
           !source.uris.empty();
}

}  // namespace

Result<DebianMirror> debianMirror(const fs::path& root) {
    constexpr auto kAdvice =
        "on another distribution set TAIPAN_CPYTHON_SOURCE, EMSDK and WASI_SDK_PATH to what you have";
    if (osRelease(root, "ID") != "debian")
        return fail("this machine's distribution is not Debian", kAdvice);
    const std::string codename = osRelease(root, "VERSION_CODENAME");
    const std::vector<AptSource> sources = readAptSources(root);
    const auto found =
        std::ranges::find_if(sources, [&](const AptSource& s) { return servesMain(s, codename); });
    if (found == sources.end())
        return fail(fmt::format("/etc/apt names no mirror of Debian's main for {}", codename),
                    "add one to /etc/apt/sources.list and run it again");
    return DebianMirror{found->uris.front(), found->signed_by};
}

/// Paragraphs allow a value to go on in lines that begin with a space, which a multi-line key already has.
std::string deb822Sources(const DebianMirror& mirror, std::string_view suite) {
    std::string text =
        fmt::format("Types: deb deb-src\nURIs: {}\nSuites: {}\nComponents: main\n", mirror.uri, suite);
    if (!mirror.signed_by.empty())
        text += fmt::format("Signed-By: {}\n", mirror.signed_by);
    return text;
}

}  // namespace taipan::provision
