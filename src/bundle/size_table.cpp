// SPDX-License-Identifier: Apache-2.0
#include "bundle/size_table.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <utility>

#include "support/text.h"

namespace taipan::bundle {

namespace {

constexpr std::string_view kInterpreter = "interpreter";
constexpr std::string_view kExtension = "extension module";
constexpr std::string_view kPythonArchive = "libpython3.13.a";
constexpr std::string_view kInit = "PyInit_";

/// "lib/libz.a(inflate.o):(inflate)": where a function is from, and its name.
struct MapLine {
    std::string_view object;
    std::string_view symbol;
};

/// A line of the code section that stands for a function: numbers, nine blanks, OBJECT:(SYMBOL). More blanks:
/// a name.
std::optional<MapLine> parseMapLine(std::string_view line) {
    constexpr std::string_view kBlanks = "         ";
    constexpr size_t kNumbers = 20;
    const size_t text = line.find(kBlanks, kNumbers);
    if (text == std::string_view::npos || text + kBlanks.size() >= line.size() ||
        line[text + kBlanks.size()] == ' ')
        return std::nullopt;
    const std::string_view function = line.substr(text + kBlanks.size());
    const size_t colon = function.rfind(":(");
    if (colon == std::string_view::npos || !function.ends_with(')'))
        return std::nullopt;
    return MapLine{function.substr(0, colon), function.substr(colon + 2, function.size() - colon - 3)};
}

std::vector<MapLine> codeLines(const std::vector<std::string>& lines) {
    std::vector<MapLine> functions;
    const auto code =
        std::ranges::find_if(lines, [](const std::string& one) { return one.ends_with(" CODE"); });
    for (auto line = code; line != lines.end(); ++line) {
        if (line->ends_with(" DATA"))
            break;
        if (const auto function = parseMapLine(*line))
            functions.push_back(*function);
    }
    return functions;
}

/// "lib/libz.a(inflate.o)" -> "libz.a"; empty for an object that is in no archive.
std::string_view archiveOf(std::string_view object) {
    const size_t member = object.rfind('(');
    if (member == std::string_view::npos)
        return {};
    const std::string_view path = object.substr(0, member);
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

/// Some modules are a part of the interpreter's core: `_string` is in unicodeobject.o. Of _sqlite3 it is
/// module.o.
bool isExtension(const MapLine& init) {
    std::string_view module = init.symbol.substr(kInit.size());
    module.remove_prefix(std::min(module.find_first_not_of('_'), module.size()));
    const std::string_view member = init.object.substr(std::min(init.object.rfind('('), init.object.size()));
    return member.contains(module) || member == "(module.o)";
}

LinkedFunction originOf(std::string_view object, const std::map<std::string_view, std::string>& extensions) {
    const std::string_view archive = archiveOf(object);
    if (archive.empty())
        return {std::string(kInterpreter), ""};  // runtime/, the linker's own
    if (archive == kPythonArchive) {
        const auto extension = extensions.find(object);
        if (extension == extensions.end())
            return {std::string(kInterpreter), ""};
        return {std::string(kExtension), extension->second};
    }
    std::string_view name = archive;
    if (name.starts_with("lib"))
        name.remove_prefix(3);
    return {"C library", std::string(name.substr(0, name.rfind('.')))};
}

using Sums = std::map<std::pair<std::string, std::string>, size_t>;

/// Of code that is marshalled as data.
void addModules(Sums& sums, const ProgramGraph& graph) {
    for (const FrozenModule& module : graph.modules) {
        if (module.row.size == 0)
            continue;
        const std::string package = module.row.name.substr(0, module.row.name.find('.'));
        const bool is_library = module.row.is_library || module.file.empty();
        sums[{is_library ? "standard library" : "program", package}] += module.row.size;
    }
}

size_t total(const Sums& sums) {
    return std::accumulate(sums.begin(), sums.end(), size_t{0},
                           [](size_t sum, const auto& one) { return sum + one.second; });
}

/// All that is data: the files; then the snapshot, or what it would be made of.
Sums dataSums(const wasm::Module& module, const ProgramGraph& graph, std::span<const ProgramFile> files,
              bool has_snapshot) {
    Sums sums;
    for (const ProgramFile& file : files)
        sums[{file.is_source ? "sources" : "data", file.is_source ? "" : file.path}] += file.size;
    if (!has_snapshot)
        addModules(sums, graph);
    size_t size = 0;
    for (const wasm::DataSegment& segment : module.data)
        size += segment.bytes.size();
    const size_t known = std::min(size, total(sums));
    sums[{has_snapshot ? "snapshot" : "interpreter's data", ""}] += size - known;
    return sums;
}

}  // namespace

LinkMap readLinkMap(std::string_view text) {
    const std::vector<std::string> lines = splitLines(text);
    const std::vector<MapLine> functions = codeLines(lines);
    std::map<std::string_view, std::string> extensions;
    for (const MapLine& function : functions) {
        if (function.symbol.starts_with(kInit) && isExtension(function))
            extensions.try_emplace(function.object, function.symbol.substr(kInit.size()));
    }
    LinkMap map;
    map.reserve(functions.size());
    for (const MapLine& function : functions)
        map.push_back(originOf(function.object, extensions));
    return map;
}

std::vector<SizeRow> sizeTable(const wasm::Module& module, size_t size, const LinkMap& map,
                               const ProgramGraph& graph, std::span<const ProgramFile> files,
                               bool has_snapshot) {
    Sums sums = dataSums(module, graph, files, has_snapshot);
    const bool fits = map.size() == module.functions.size();
    for (size_t i = 0; i < module.functions.size(); ++i) {
        const LinkedFunction origin = fits ? map[i] : LinkedFunction{std::string(kInterpreter), ""};
        sums[{origin.part, origin.name}] += module.functions[i].body.size();
    }
    sums[{"format", ""}] += size - std::min(size, total(sums));
    std::vector<SizeRow> rows;
    for (const auto& [name, bytes] : sums) {
        if (bytes > 0)
            rows.push_back({name.first, name.second, bytes});
    }
    std::ranges::stable_sort(rows, [](const SizeRow& left, const SizeRow& right) {
        return left.part != right.part ? left.part < right.part : left.size > right.size;
    });
    return rows;
}

}  // namespace taipan::bundle
