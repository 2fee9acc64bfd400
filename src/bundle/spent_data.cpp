// SPDX-License-Identifier: Apache-2.0
#include "bundle/spent_data.h"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <optional>
#include <string>

#include "support/text.h"

namespace taipan::bundle {

namespace {

constexpr std::string_view kPythonArchive = "libpython3.13.a(";
constexpr std::string_view kConstant = ":(.rodata.";

/// Constants of CPython that it reads while it starts and never again: the code that finds its library, what
/// --help says.
constexpr std::string_view kOfTheStart[] = {"_Py_M__getpath", "usage_envvars", "usage_help", "usage_line",
                                            "usage_xoptions"};

/// Between a signature and what follows (Objects/typeobject.c).
constexpr std::string_view kSignatureEnd = ")\n--\n\n";

struct Constant {
    size_t address = 0;
    size_t size = 0;
    std::string_view name;
};

std::optional<size_t> nextNumber(std::string_view& line) {
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    size_t number = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), number, 16);
    if (error != std::errc())
        return std::nullopt;
    line.remove_prefix(static_cast<size_t>(end - line.data()));
    return number;
}

/// "  a7b1d8   600b65     1270         lib/libpython3.13.a(x.o):(.rodata.name)": address, place in the file,
/// size.
std::optional<Constant> constantIn(std::string_view line) {
    const size_t mark = line.find(kConstant);
    if (mark == std::string_view::npos || !line.ends_with(')') ||
        line.find(kPythonArchive) == std::string_view::npos)
        return std::nullopt;
    const std::string_view name = line.substr(mark + kConstant.size());
    const auto address = nextNumber(line);
    const auto offset = nextNumber(line);
    const auto size = nextNumber(line);
    if (!address || !offset || !size)
        return std::nullopt;
    return Constant{*address, *size, name.substr(0, name.size() - 1)};
}

bool isDocumentation(std::string_view name) {
    return name.ends_with("_doc") || name.ends_with("__doc__") || name == "__about__";
}

/// The signature stays. Whatever is no text is no documentation, its name notwithstanding.
void clearText(std::span<uint8_t> bytes) {
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    const size_t end = text.find('\0');
    if (end == std::string_view::npos || text.find_first_not_of('\0', end) != std::string_view::npos)
        return;
    const size_t signature = text.find(kSignatureEnd);
    std::ranges::fill(
        bytes.subspan(signature == std::string_view::npos ? 0 : signature + kSignatureEnd.size()),
        uint8_t{0});
}

}  // namespace

void clearSpentData(std::span<uint8_t> memory, std::string_view link_map, Documentation documentation) {
    for (const std::string& line : splitLines(link_map)) {
        const auto constant = constantIn(line);
        if (!constant || constant->address > memory.size() ||
            constant->size > memory.size() - constant->address)
            continue;
        const std::span<uint8_t> bytes = memory.subspan(constant->address, constant->size);
        if (std::ranges::find(kOfTheStart, constant->name) != std::end(kOfTheStart)) {
            std::ranges::fill(bytes, uint8_t{0});
        } else if (documentation == Documentation::Shed && isDocumentation(constant->name)) {
            clearText(bytes);
        }
    }
}

}  // namespace taipan::bundle
