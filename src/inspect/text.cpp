// SPDX-License-Identifier: Apache-2.0
//
// A description for people: names in a column, long lists wrapped.
#include <fmt/format.h>

#include "inspect/inspect.h"

namespace taipan::inspect {

namespace {

using nlohmann::json;

constexpr size_t kLineWidth = 110;
constexpr size_t kNameWidth = 28;

std::string plain(const json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string megabytes(uintmax_t bytes) {
    return fmt::format("{:.2f} MB", static_cast<double>(bytes) / 1e6);
}

void heading(std::string& text, std::string_view title) {
    fmt::format_to(std::back_inserter(text), "\n{}\n", title);
}

void row(std::string& text, std::string_view name, std::string_view value) {
    fmt::format_to(std::back_inserter(text), "  {:<{}} {}\n", name, kNameWidth, value);
}

void wrapped(std::string& text, const std::vector<std::string>& words) {
    std::string line = " ";
    for (const std::string& word : words) {
        if (line.size() + 1 + word.size() > kLineWidth) {
            text += line + "\n";
            line = " ";
        }
        line += " " + word;
    }
    text += line + "\n";
}

void table(std::string& text, std::string_view title, const json& values) {
    heading(text, title);
    for (const auto& [name, value] : values.items())
        row(text, name, plain(value));
}

void sizes(std::string& text, const json& values) {
    heading(text, "sizes (as it is, gzip)");
    for (const auto& [name, value] : values.items())
        row(text, name, fmt::format("{}, {}", megabytes(value["raw"]), megabytes(value["gzip"])));
}

void features(std::string& text, const json& values) {
    heading(text, "features");
    for (const auto& [name, value] : values.items())
        row(text, name, value["works"] ? "works" : "does not work: " + plain(value["why"]));
}

void modules(std::string& text, const json& values) {
    for (const std::string_view kind : {"built in", "loadable", "in Python", "absent"}) {
        std::vector<std::string> names;
        std::vector<std::pair<std::string, std::string>> notes;
        for (const auto& [name, value] : values.items()) {
            if (value["kind"] != kind)
                continue;
            if (const std::string note = value["note"]; note.empty()) {
                names.push_back(name);
            } else {
                notes.emplace_back(name, note);
            }
        }
        if (names.empty() && notes.empty())
            continue;
        heading(text, fmt::format("extension modules: {}", kind));
        if (!names.empty())
            wrapped(text, names);
        for (const auto& [name, note] : notes)
            row(text, name, note);
    }
}

}  // namespace

std::string toText(const json& description) {
    std::string text = fmt::format("target {}\n", plain(description["target"]));
    table(text, "identity", description["identity"]);
    table(text, "versions", description["versions"]);
    sizes(text, description["sizes"]);
    features(text, description["features"]);
    modules(text, description["modules"]);
    return text;
}

}  // namespace taipan::inspect
