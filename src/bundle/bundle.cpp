// SPDX-License-Identifier: Apache-2.0
#include "bundle/bundle.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <chrono>
#include <iterator>
#include <span>
#include <system_error>
#include <utility>

#include "bundle/module_graph.h"
#include "bundle/page_folder.h"
#include "bundle/program_files.h"
#include "bundle/program_source.h"
#include "bundle/size_table.h"
#include "bundle/snapshot.h"
#include "bundle/workplace.h"
#include "support/files.h"
#include "support/interruption.h"
#include "support/text.h"
#include "wasm/dead_code.h"
#include "wasm/instance_state.h"
#include "wasm/module.h"
#include "wasm/validator.h"

namespace taipan::bundle {

namespace fs = std::filesystem;

namespace {

/// runtime/bundle/without_ast.cpp, and what it stands in for.
constexpr auto kWithoutAst =
    std::to_array<std::string_view>({"without_ast.o", "-Wl,--wrap=PyAST_Check", "-Wl,--wrap=PyAST_mod2obj",
                                     "-Wl,--wrap=PyAST_obj2mod", "-Wl,--wrap=_PyAST_Fini"});

constexpr std::string_view kLinkMap = "link.map";

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

/// The program's own object, then all that the kit says. Returns the name of the file.
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
    TRY(appendWords(line, place.tools.kit / "link.txt"));
    TRY(runClang(place, line));
    return linked;
}

/// Reads the linked file and is sure that engines will take it.
Result<wasm::Module> readLinked(const std::vector<uint8_t>& bytes) {
    wasm::Module module = TRY(wasm::readModule(bytes));
    TRY(wasm::validate(module));
    return module;
}

/// What nobody wants any more goes, and the rest is checked.
Result<void> finish(wasm::Module& module) {
    wasm::removeExports(module, kSnapshotExports);
    TRY(wasm::dropDeadCode(module));
    return wasm::validate(module);
}

/// The program and what runs it on Node as one file.
Result<std::string> packForNode(const Workplace& place, std::string_view program) {
    constexpr std::string_view kLog = "pack.log";
    const std::string packed = place.file("packed.mjs");
    const std::string runner = (place.tools.host / "bundle/node.mjs").string();
    if (!TRY(place.runScript({}, "pack.mjs", {runner, place.file(program), packed}, kLog)).ok())
        return internal(
            fmt::format("the compiled program cannot be packed: {}", fmt::join(place.linesOf(kLog), "; ")));
    return readFile(packed);
}

/// As a page or a folder with one. Returns where it is.
Result<fs::path> packForBrowser(const Workplace& place, std::string_view kind, std::string_view program,
                                const std::string& name) {
    constexpr std::string_view kLog = "pack-page.log";
    const std::string packed = place.file(fmt::format("packed.{}", kind));
    const std::string assets = (place.tools.host / "bundle/browser").string();
    TRY(removeTree(packed));  // of an output before
    if (!TRY(place.runScript({}, "pack-page.mjs",
                             {std::string(kind), assets, place.file(program), packed, name}, kLog))
             .ok())
        return internal(
            fmt::format("the page of the program cannot be made: {}", fmt::join(place.linesOf(kLog), "; ")));
    return packed;
}

Result<std::string> inForm(const Workplace& place, Form form, std::string_view program,
                           const std::string& name) {
    switch (form) {
        case Form::Wasm:
            return readFile(place.file(program));
        case Form::Node:
            return packForNode(place, program);
        case Form::Page:
            return readFile(TRY(packForBrowser(place, "page", program, name)));
        case Form::PageFolder:
            break;  // no file
    }
    std::unreachable();
}

Result<std::vector<WrittenFile>> writeFolder(const fs::path& folder, const Workplace& place,
                                             std::string_view program, const std::string& name) {
    const fs::path made = TRY(packForBrowser(place, "folder", program, name));
    std::vector<WrittenFile> written;
    std::error_code error;
    for (const std::string& file : TRY(placePageFolder(made, folder)))
        written.push_back({(folder / file).string(), fs::file_size(made / file, error)});
    return written;
}

/// What happens one after the other, shown and timed.
class Steps {
  public:
    Steps(ProgressStyle style, const Request& request)
        : display_(style, request.takes_snapshot ? 5 : 3, kSeconds * (request.takes_snapshot ? 5 : 3)) {}

    template <typename Work>
    auto run(const std::string& title, Work work) {
        const Clock::time_point start = Clock::now();
        display_.begin(title, kSeconds);
        auto result = work();
        display_.end(title, result.has_value());
        times_.push_back({title, std::chrono::duration<double>(Clock::now() - start).count()});
        return result;
    }

    std::vector<StepTime> take() { return std::move(times_); }

  private:
    static constexpr double kSeconds = 1;

    ProgressDisplay display_;
    std::vector<StepTime> times_;
};

Result<std::vector<WrittenFile>> write(const Request& request, const Workplace& place,
                                       std::string_view program) {
    std::vector<WrittenFile> written;
    for (const Output& output : request.outputs) {
        if (output.form == Form::PageFolder) {
            std::ranges::move(TRY(writeFolder(output.file, place, program, request.name)),
                              std::back_inserter(written));
            continue;
        }
        const std::string content = TRY(inForm(place, output.form, program, request.name));
        TRY(writeFile(output.file, content));
        written.push_back({output.file.string(), content.size()});
    }
    return written;
}

}  // namespace

fs::path Input::root() const {
    if (kind != InputKind::Script)
        return path;
    return path.has_parent_path() ? path.parent_path() : fs::path(".");
}

std::string Input::name() const {
    switch (kind) {
        case InputKind::Script:
        case InputKind::Folder:
            return path.string();
        case InputKind::Module:
            return "-m " + module;
        case InputKind::Entry:
            return fmt::format("{}:{}", module, function);
    }
    std::unreachable();
}

Result<Report> compile(const Request& request, const interpreter::BundleTools& tools,
                       const Environment& environment, ProgressStyle progress) {
    const Interruption interruption;  // ends only when the folder below is gone
    std::error_code error;
    const fs::path temporary = fs::temp_directory_path(error);
    if (error)
        return failSystem(error.value(), "cannot use the folder for temporary files, which TMPDIR names");
    std::vector<ProgramFile> files = TRY(dataFiles(request));
    const TemporaryDirectory folder = TRY(TemporaryDirectory::create(temporary, "taipan-compile-"));
    const ProcessRunner runner(environment, &interruption);
    const Workplace place{tools, runner, folder.path()};
    Steps steps(progress, request);
    const ProgramGraph graph = TRY(steps.run("finding modules", [&] { return findModules(request, place); }));
    if (request.keeps_sources)
        files = merged(std::move(files), graph.sources());
    const std::vector<uint8_t> bytes = TRY(steps.run("linking", [&]() -> Result<std::vector<uint8_t>> {
        return place.readBytes(TRY(link(place, graph, files, request.optimize)));
    }));
    wasm::Module module = TRY(readLinked(bytes));
    const LinkMap map = readLinkMap(TRY(readFile(place.file(kLinkMap))));
    Report report;
    if (request.takes_snapshot) {
        report.late =
            TRY(steps.run("taking the snapshot", [&] { return addSnapshot(module, graph, place); }));
        TRY(steps.run("rehearsing", [&] { return addHints(module, place); }));
    }
    constexpr std::string_view kProgram = "program.wasm";
    report.files = TRY(steps.run("writing", [&]() -> Result<std::vector<WrittenFile>> {
        TRY(finish(module));
        report.size = TRY(place.writeModule(module, kProgram));
        return write(request, place, kProgram);
    }));
    report.sizes = sizeTable(module, report.size, map, graph, files, request.takes_snapshot);
    report.missing = graph.missing;
    report.steps = steps.take();
    for (const FrozenModule& one : graph.modules)
        report.modules.push_back(one.row);
    return report;
}

}  // namespace taipan::bundle
