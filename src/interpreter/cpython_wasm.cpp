// SPDX-License-Identifier: Apache-2.0
//
// CPython compiled for a WebAssembly platform: archives, headers and build facts, not yet linked to a
// program, so that a change in runtime/ does not compile CPython again.
#include "interpreter/cpython_wasm.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "interpreter/recipes.h"
#include "interpreter/runtime_objects.h"
#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRecipe = "src/interpreter/cpython_wasm.cpp";
constexpr const char* kSiteFolder = "cpython/3.13";
constexpr const char* kModuleSetup = "cpython/3.13/emscripten.setup";

// What ran how often in CPython's own training tests, function by function; see kRecordProfileVariable.
constexpr const char* kProfile = "cpython/3.13/interpreter.proftext";

/// Set to probe the toolchain again instead of reading cpython/3.13/answers; config.cache is then in the
/// output.
constexpr const char* kProbeVariable = "TAIPAN_PROBE";

fs::path librariesOf(const provision::StepContext& context, Platform platform) {
    return context.dependency(stepId("libraries", platform));
}

fs::path opensslOf(const provision::StepContext& context, Platform platform) {
    return context.dependency(stepId("openssl", platform));
}

std::string siteFiles(const provision::StepContext& context, Platform platform) {
    const fs::path folder = context.repository() / kSiteFolder;
    const std::string name = fmt::format("{}.site", rowOf(platform).name);
    std::string files = (folder / name).string();
    if (!context.environment().get(kProbeVariable))
        files += " " + (folder / "answers" / name).string();
    return files;
}

/// configure asks pkg-config otherwise, which would tell of the build machine's libraries.
std::vector<std::string> libraryAnswers(const provision::StepContext& context, Platform platform) {
    const std::string include = "-I" + (librariesOf(context, platform) / "include").string();
    std::vector<std::string> answers;
    for (const auto& [variable, library] :
         std::to_array<std::pair<std::string_view, std::string_view>>({{"ZLIB", "z"},
                                                                       {"BZIP2", "bz2"},
                                                                       {"LIBLZMA", "lzma"},
                                                                       {"LIBSQLITE3", "sqlite3"},
                                                                       {"LIBFFI", "ffi"}})) {
        if (variable == "LIBFFI" && platform == Platform::Wasi)
            continue;
        answers.push_back(fmt::format("{}_CFLAGS={}", variable, include));
        answers.push_back(fmt::format("{}_LIBS=-l{}", variable, library));
    }
    return answers;
}

/// Headers of calls that runtime/ has and Emscripten's C library does not.
fs::path headersIn(const provision::StepContext& context) {
    return context.scratch() / "include";
}

std::vector<std::string> configureArguments(const provision::StepContext& context, Platform platform) {
    const fs::path libraries = librariesOf(context, platform);
    // OpenSSL is built without threads, which is right where one runs at a time and none is interrupted
    // within it.
    std::string own_flags = "-DOPENSSL_THREADS";
    // There are threads (runtime/threads), if not Emscripten's own.
    if (platform == Platform::Emscripten)
        own_flags += " -D__EMSCRIPTEN_PTHREADS__=1";
    std::vector<std::string> arguments = {
        // Relative: the interpreter keeps the name, which is to be the same on each machine.
        (fs::relative(context.dependency(kCpythonTreeStep), context.scratch()) / "configure").string(),
        "--config-cache",
        fmt::format("--host={}", rowOf(platform).configure_host),
        "--build=" + std::string(kBuildMachine),
        "--with-build-python=" + (context.dependency(kNativeStep) / "bin/python3.13").string(),
        "--with-openssl=" + opensslOf(context, platform).string(),
        "--prefix=/usr/local",
        "--disable-test-modules",
        // The defaults for WebAssembly are 15-bit digits and the C library's malloc; both are slower.
        "--enable-big-digits=30",
        "--with-pymalloc",
        // Another allocator for who asks for it by PYTHONMALLOC or builds without the GIL: 60 KB in each
        // program.
        "--without-mimalloc",
        "OPT=-DNDEBUG -O3",
        "CFLAGS=-g0",
        "CFLAGS_NODIST=" + own_flags,
        "LDFLAGS=-L" + (libraries / "lib").string(),
    };
    if (platform == Platform::Emscripten) {
        arguments.insert(arguments.end(), {"--with-emscripten-target=node", "--enable-wasm-dynamic-linking",
                                           "--enable-ipv6", "CPPFLAGS=-I" + headersIn(context).string()});
    } else {
        arguments.emplace_back("--disable-ipv6");
        arguments.push_back("LIBS=" +
                            (context.dependency(kWasiToolchainStep) / kStackProtectorObject).string());
    }
    const std::vector<std::string> answers = libraryAnswers(context, platform);
    arguments.insert(arguments.end(), answers.begin(), answers.end());
    return arguments;
}

std::map<std::string, std::optional<std::string>> configureEnvironment(const provision::StepContext& context,
                                                                       Platform platform) {
    std::map<std::string, std::optional<std::string>> environment;
    const std::string compiler = compilerCommand(context, platform);
    if (platform == Platform::Emscripten) {
        // Only the linker of Emscripten knows which functions its JavaScript libraries have.
        environment = emscriptenEnvironment(context);
        const fs::path emscripten = context.dependency(kEmscriptenStep) / "emscripten";
        environment["CC"] = (emscripten / "emcc").string();
        environment["CXX"] = (emscripten / "em++").string();
        environment["HOSTRUNNER"] = nodeIn(context.dependency(kNodeStep)).string();
    } else {
        environment["CC"] = compiler;
        environment["CPP"] = compiler + " -E";
        environment["LDSHARED"] = "false";
    }
    environment["AR"] = llvmTool(context, platform, "llvm-ar").string();
    environment["RANLIB"] = llvmTool(context, platform, "llvm-ranlib").string();
    environment["CONFIG_SITE"] = siteFiles(context, platform);
    environment["PKG_CONFIG_LIBDIR"] = "/nonexistent";
    return environment;
}

void replaceAll(std::string& text, std::string_view what, std::string_view by) {
    for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
}

/// Build facts that sysconfig reads at run time, without the names of this machine's folders.
Result<void> keepBuildFacts(provision::StepContext& context) {
    const std::string folder = TRY(readFile(context.scratch() / "pybuilddir.txt"));
    for (const fs::directory_entry& entry : fs::directory_iterator(context.scratch() / folder)) {
        if (entry.path().extension() != ".py")
            continue;
        std::string text = TRY(readFile(entry.path()));
        replaceAll(text, context.scratch().string(), "/build");
        replaceAll(text, context.cache().string(), "/taipan");
        TRY(writeFile(context.output() / "lib" / entry.path().filename(), text));
    }
    return {};
}

Result<void> install(provision::StepContext& context) {
    TRY(createDirectories(context.output() / "lib"));
    for (const std::string_view archive : kCpythonArchives) {
        const fs::path file(archive);
        fs::copy_file(context.scratch() / file, context.output() / "lib" / file.filename());
    }
    TRY(copyTree(context.dependency(kCpythonTreeStep) / "Include", context.output() / "include/python3.13"));
    fs::copy_file(context.scratch() / "pyconfig.h", context.output() / "include/python3.13/pyconfig.h");
    fs::copy_file(context.scratch() / "config.cache", context.output() / "config.cache");
    return keepBuildFacts(context);
}

/// Flags that count what runs, or that optimize for what was counted.
Result<std::string> profileFlags(provision::StepContext& context, Platform platform) {
    if (recordsProfile(context.environment(), platform))
        return " -fprofile-instr-generate -mllvm -enable-name-compression=false";
    const fs::path tool = llvmTool(context, platform, "llvm-profdata");
    if (!fs::exists(tool)) {
        context.note(
            "this toolchain has no llvm-profdata: compiling without the profile, about a tenth slower");
        return "";
    }
    const std::string indexed = (context.scratch() / "interpreter.profdata").string();
    TRY(context.command(
        {{tool.string(), "merge", "-o", indexed, (context.repository() / kProfile).string()}, {}, {}}));
    // Recorded on WASI: functions that look different elsewhere go without.
    return fmt::format(" -fprofile-instr-use={} -Wno-profile-instr-unprofiled -Wno-profile-instr-out-of-date",
                       indexed);
}

/// CPython's own place for modules that configure does not choose.
Result<void> addModules(const provision::StepContext& context) {
    const fs::path folder = context.scratch() / "Modules";
    TRY(createDirectories(folder));
    return writeFile(folder / "Setup.local", TRY(readFile(context.repository() / kModuleSetup)));
}

Result<void> build(provision::StepContext& context, Platform platform) {
    const auto environment = configureEnvironment(context, platform);
    if (platform == Platform::Emscripten) {
        TRY(addModules(context));
        TRY(copyTree(context.repository() / kRuntimeHeaders, headersIn(context)));
    }
    TRY(context.command({configureArguments(context, platform), {}, environment}));
    const std::vector<std::string> make = {
        "make", fmt::format("-j{}", context.jobs()),
        // clang itself: emcc would start a Python for each file.
        "CC=" + compilerCommand(context, platform) + TRY(profileFlags(context, platform)), "libpython3.13.a",
        "pybuilddir.txt"};
    TRY(context.command({make, {}, environment}));
    if (platform == Platform::Emscripten) {
        // runtime/eval_tick.cpp stands in its place.
        TRY(context.command(
            {{llvmTool(context, platform, "llvm-ar").string(), "d", "libpython3.13.a", "emscripten_signal.o"},
             {},
             {}}));
    }
    return install(context);
}

}  // namespace

bool recordsProfile(const Environment& environment, Platform platform) {
    return platform == Platform::Wasi && environment.get(kRecordProfileVariable).has_value();
}

provision::Step cpythonWasm(Platform platform, const Environment& environment) {
    provision::Step step;
    step.id = stepId("cpython", platform);
    step.title = fmt::format("compiling CPython for {}", rowOf(platform).name);
    step.needs = {kCpythonTreeStep, kNativeStep, stepId("libraries", platform), stepId("openssl", platform),
                  std::string(rowOf(platform).toolchain_step)};
    if (platform == Platform::Emscripten)
        step.needs.emplace_back(kNodeStep);
    const std::string site = fmt::format("{}.site", rowOf(platform).name);
    step.files = {kRecipe, kFlagsRecipe, fs::path(kSiteFolder) / site,
                  fs::path(kSiteFolder) / "answers" / site};
    if (platform == Platform::Emscripten)
        step.files.insert(step.files.end(), {kModuleSetup, kRuntimeHeaders});
    if (recordsProfile(environment, platform)) {
        step.values.emplace_back(kRecordProfileVariable);
    } else {
        step.files.emplace_back(kProfile);
    }
    step.packages = {"make"};
    step.seconds = 60;
    step.run = [platform](provision::StepContext& context) { return build(context, platform); };
    return step;
}

}  // namespace taipan::interpreter
