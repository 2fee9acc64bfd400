// SPDX-License-Identifier: Apache-2.0
#include "bundle/linking.h"

#include <fmt/format.h>

#include <array>
#include <filesystem>

#include "bundle/program_source.h"
#include "support/files.h"
#include "support/text.h"

namespace taipan::bundle {

namespace fs = std::filesystem;

namespace {

/// runtime/bundle/without_ast.cpp, and what it stands in for.
constexpr auto kWithoutAst =
    std::to_array<std::string_view>({"without_ast.o", "-Wl,--wrap=PyAST_Check", "-Wl,--wrap=PyAST_mod2obj",
                                     "-Wl,--wrap=PyAST_obj2mod", "-Wl,--wrap=_PyAST_Fini"});

/// Defines the module before the archives can (src/interpreter/small_parts.cpp).
constexpr std::string_view kWithoutNames = "unicodedata_without_names.o";

/// Words of a file of the kit, a line each.
Result<void> appendWords(std::vector<std::string>& line, const fs::path& file) {
    for (const std::string& word : splitLines(TRY(readFile(file)))) {
        if (!word.empty())
            line.push_back(word);
    }
    return {};
}

Result<void> runClang(const Workplace& place, const std::vector<std::string>& line) {
    constexpr std::string_view kLog = "clang.log";
    if (TRY(place.run(line, kLog, place.tools.kit)).ok())
        return {};
    Error error = internal("the compiled program cannot be linked").error();
    error.evidence = place.linesOf(kLog);
    return std::unexpected(error);
}

/// Beside the source, under the names that it embeds them by.
Result<void> layFiles(const Workplace& place, std::span<const ProgramFile> files) {
    for (size_t i = 0; i < files.size(); ++i) {
        std::error_code error;
        fs::create_symlink(fs::absolute(files[i].source), place.folder / fmt::format("{}{}", kFilePrefix, i),
                           error);
        if (error)
            return failSystem(error.value(), fmt::format("cannot read {}", files[i].source.string()));
    }
    return {};
}

}  // namespace

Result<std::string> link(const Workplace& place, const ProgramGraph& graph,
                         std::span<const ProgramFile> files, int optimize) {
    const std::string source = place.file("program.c");
    const std::string object = place.file("program.o");
    const std::string linked = "linked.wasm";
    TRY(layFiles(place, files));
    TRY(writeFile(source, programSource(graph, files, optimize)));
    std::vector<std::string> compile;
    TRY(appendWords(compile, place.tools.kit / "compiler.txt"));
    std::vector<std::string> line = compile;
    compile.insert(compile.end(), {"-std=c23", "-O1", "-c", source, "-o", object});
    TRY(runClang(place, compile));
    line.insert(line.end(), {"-o", place.file(linked), object, "-Wl,--Map=" + place.file(kLinkMap)});
    if (!files.empty())
        TRY(appendWords(line, place.tools.kit / "with_files.txt"));
    if (!graph.has("_ast"))
        line.insert(line.end(), kWithoutAst.begin(), kWithoutAst.end());
    if (!graph.reads_character_names)
        line.emplace_back(kWithoutNames);
    TRY(appendWords(line, place.tools.kit / "link.txt"));
    TRY(runClang(place, line));
    return linked;
}

}  // namespace taipan::bundle
