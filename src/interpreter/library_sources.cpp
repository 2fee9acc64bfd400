// SPDX-License-Identifier: Apache-2.0
//
// The upstream sources of the C libraries behind extension modules, and SQLite's amalgamation made from its
// tree.
#include <array>

#include "interpreter/recipes.h"
#include "provision/source_pins.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr auto kLibraries =
    std::to_array<std::string_view>({"zlib", "bzip2", "xz-utils", "sqlite3", "libffi"});

/// Upstream's tree is many files and a script that makes one of them; the native tools do that once for all
/// targets.
Result<void> amalgamateSqlite(provision::StepContext& context) {
    const fs::path tree = context.output() / "sqlite3";
    const fs::path build = context.scratch() / "sqlite";
    TRY(createDirectories(build));
    TRY(context.command({{(tree / "configure").string(), "--disable-readline"}, build, {}}));
    TRY(context.command({{"make", "sqlite3.c"}, build, {}}));
    const fs::path made = context.output() / "sqlite-amalgamation";
    TRY(createDirectories(made));
    for (const std::string_view file : {"sqlite3.c", "sqlite3.h"})
        fs::copy_file(build / file, made / file);
    fs::copy_file(tree / "src/sqlite3ext.h", made / "sqlite3ext.h");
    return removeTree(tree);
}

Result<void> fetchLibraries(provision::StepContext& context) {
    for (const std::string_view library : kLibraries) {
        TRY(provision::unpackSource(context, provision::kSuite, provision::sourcePin(library),
                                    context.output() / library));
    }
    return amalgamateSqlite(context);
}

std::vector<std::string> pinValues(std::span<const std::string_view> packages) {
    std::vector<std::string> values;
    for (const std::string_view package : packages) {
        const provision::SourcePin& pin = provision::sourcePin(package);
        values.insert(values.end(), {std::string(pin.tarball), std::string(pin.sha256)});
    }
    return values;
}

}  // namespace

provision::Step librarySources() {
    provision::Step step;
    step.id = kLibrarySourcesStep;
    step.title = "fetching the sources of the C libraries";
    step.values = pinValues(kLibraries);
    step.packages = {"xz-utils", "bzip2", "make", "tcl", "g++"};
    step.seconds = 12;
    step.run = fetchLibraries;
    return step;
}

provision::Step opensslSource() {
    static constexpr std::array<std::string_view, 1> kPackage = {"openssl"};
    provision::Step step;
    step.id = kOpensslSourceStep;
    step.title = "fetching the source of OpenSSL";
    step.values = pinValues(kPackage);
    step.seconds = 6;
    step.run = [](provision::StepContext& context) {
        return provision::unpackSource(context, provision::kSuite, provision::sourcePin("openssl"),
                                       context.output());
    };
    return step;
}

}  // namespace taipan::interpreter
