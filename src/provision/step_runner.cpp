// SPDX-License-Identifier: Apache-2.0
//
// Scratch and output folders of a step, its log, and the wording of its failure.
#include "provision/step_runner.h"

#include <fmt/format.h>
#include <sys/statvfs.h>

#include <algorithm>
#include <optional>

#include "provision/manifest.h"
#include "provision/step_context.h"
#include "support/files.h"
#include "support/text.h"

namespace taipan::provision {

namespace fs = std::filesystem;

namespace {

constexpr size_t kEvidenceLines = 15;

/// Megabytes. With less left than that, the disk is why a step failed.
constexpr uint64_t kLittleSpace = 128;

/// Free space in megabytes if there is too little of it (0 also when the file system cannot take more files).
std::optional<uint64_t> scarceSpace(const fs::path& place) {
    struct statvfs status {};
    if (statvfs(place.c_str(), &status) != 0)
        return std::nullopt;
    const uint64_t megabytes = (status.f_bavail * status.f_frsize) >> 20;
    if (status.f_files > 0 && status.f_favail == 0)
        return 0;
    return megabytes < kLittleSpace ? std::optional(megabytes) : std::nullopt;
}

std::vector<std::string> endOfLog(const fs::path& log) {
    std::vector<std::string> lines = splitLines(readFile(log).value_or(""));
    std::erase_if(lines, [](const std::string& line) { return trim(line).empty(); });
    const size_t count = std::min(lines.size(), kEvidenceLines);
    return {lines.end() - static_cast<std::ptrdiff_t>(count), lines.end()};
}

Error explain(Error error, const Step& step, const fs::path& cache, const fs::path& log) {
    if (error.kind == ErrorKind::Interrupted)
        return error;
    error.message = fmt::format("step {} ({}) failed: {}", step.id, step.title, error.message);
    if (const auto megabytes = scarceSpace(cache)) {
        error.hint = fmt::format(
            "the disk of the cache {} has {} MB left, free a few gigabytes or set TAIPAN_CACHE to a folder "
            "on a "
            "larger one",
            cache.string(), *megabytes);
        return error;
    }
    if (!error.hint.empty())
        return error;  // understood: the advice says more than a log
    error.evidence = endOfLog(log);
    error.hint =
        fmt::format("the whole log is {}; run the same command again to go on from here", log.string());
    return error;
}

Result<void> publish(const fs::path& made, const fs::path& final_output, const Step& step) {
    TRY(writeManifest(made, step.products));
    TRY(removeTree(final_output));  // a damaged one
    TRY(createDirectories(final_output.parent_path()));
    return renamePath(made, final_output);
}

Result<void> runIn(const fs::path& temporary, const Step& step, const StepPlaces& places,
                   const ProcessRunner& runner, int jobs, const fs::path& log) {
    const fs::path scratch = temporary / "scratch";
    const fs::path output = temporary / "output";
    TRY(createDirectories(scratch));
    TRY(createDirectories(output));
    StepContext context(
        {places.cache, places.repository, scratch, output, places.output, log, places.dependencies}, runner,
        jobs);
    TRY(step.run(context));
    return publish(output, places.output, step);
}

}  // namespace

Result<void> runStep(const Step& step, const StepPlaces& places, const ProcessRunner& runner, int jobs) {
    const fs::path log = places.cache / "logs" / (step.id + ".log");
    TRY(writeFile(log, ""));
    TemporaryDirectory temporary = TRY(TemporaryDirectory::create(places.cache / "tmp", step.id + "-"));
    Result<void> result = runIn(temporary.path(), step, places, runner, jobs, log);
    if (result)
        return {};
    Error error = explain(std::move(result).error(), step, places.cache, log);
    if (!error.evidence.empty())
        temporary.keep();  // for a look; the next setup removes it
    return std::unexpected(std::move(error));
}

}  // namespace taipan::provision
