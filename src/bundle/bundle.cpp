// SPDX-License-Identifier: Apache-2.0
#include "bundle/bundle.h"

#include <fmt/format.h>

#include <chrono>
#include <span>
#include <system_error>
#include <utility>

#include "bundle/forms.h"
#include "bundle/linking.h"
#include "bundle/module_graph.h"
#include "bundle/program_files.h"
#include "bundle/size_table.h"
#include "bundle/snapshot.h"
#include "bundle/workplace.h"
#include "support/files.h"
#include "support/interruption.h"
#include "wasm/dead_code.h"
#include "wasm/instance_state.h"
#include "wasm/module.h"
#include "wasm/validator.h"

namespace taipan::bundle {

namespace fs = std::filesystem;

namespace {

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

/// What happens one after the other, shown and timed.
class Steps {
  public:
    Steps(ProgressStyle style, const Request& request) : Steps(style, request.takes_snapshot ? 5 : 3) {}

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

    Steps(ProgressStyle style, int count) : display_(style, count, kSeconds * count) {}

    ProgressDisplay display_;
    std::vector<StepTime> times_;
};

/// Everything, in a folder of its own.
Result<Report> compileIn(const Workplace& place, const Request& request, std::vector<ProgramFile> files,
                         ProgressStyle progress) {
    Steps steps(progress, request);
    const ProgramGraph graph = TRY(steps.run("finding modules", [&] { return findModules(request, place); }));
    if (request.keeps_sources)
        files = merged(std::move(files), graph.sources());
    const std::vector<uint8_t> bytes = TRY(steps.run("linking", [&]() -> Result<std::vector<uint8_t>> {
        return place.readBytes(TRY(link(place, graph, files, request.optimize)));
    }));
    wasm::Module module = TRY(readLinked(bytes));
    const std::string link_map = TRY(readFile(place.file(kLinkMap)));
    Report report;
    if (request.takes_snapshot) {
        report.late = TRY(
            steps.run("taking the snapshot", [&] { return addSnapshot(module, graph, place, link_map); }));
        TRY(steps.run("rehearsing", [&] { return addHints(module, place); }));
    }
    constexpr std::string_view kProgram = "program.wasm";
    report.files = TRY(steps.run("writing", [&]() -> Result<std::vector<WrittenFile>> {
        TRY(finish(module));
        report.size = TRY(place.writeModule(module, kProgram));
        return writeForms(request, place, kProgram);
    }));
    report.sizes =
        sizeTable(module, report.size, readLinkMap(link_map), graph, files, request.takes_snapshot);
    report.missing = graph.missing;
    report.steps = steps.take();
    for (const FrozenModule& one : graph.modules)
        report.modules.push_back(one.row);
    return report;
}

/// Tools that die for want of room do not say so.
bool isFull(const fs::path& folder) {
    constexpr std::uintmax_t kRoom = 16'000'000;
    std::error_code error;
    const fs::space_info space = fs::space(folder, error);
    return !error && space.available < kRoom;
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
    Result<Report> report = compileIn({tools, runner, folder.path()}, request, std::move(files), progress);
    if (!report && report.error().kind != ErrorKind::Interrupted && isFull(folder.path()))
        return failSystem(ENOSPC, fmt::format("cannot compile in {}", folder.path().string()));
    return report;
}

}  // namespace taipan::bundle
