// SPDX-License-Identifier: Apache-2.0
//
// The interpreter as a program: CPython's archives, the C libraries and runtime/ linked to python.wasm, with
// the standard library beside it. The result is the folder that hosts are started on.
#include <fmt/format.h>

#include <array>
#include <span>

#include "interpreter/cpython_wasm.h"
#include "interpreter/recipes.h"
#include "interpreter/runtime_objects.h"
#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRecipe = "src/interpreter/link_wasm.cpp";

// Files of runtime/ that a platform is linked with.
constexpr auto kSharedSources = std::to_array<std::string_view>({"python_main.cpp", "eval_tick.cpp"});
constexpr auto kEmscriptenSources = std::to_array<std::string_view>({"call_adapter.cpp",
                                                                     "ffi.cpp",
                                                                     "cpu_clock.cpp",
                                                                     "sleep.cpp",
                                                                     "descriptors.cpp",
                                                                     "fcntl.cpp",
                                                                     "file_locks.cpp",
                                                                     "ioctl.cpp",
                                                                     "kernel_client.cpp",
                                                                     "js_bridge.cpp",
                                                                     "path_configuration.cpp",
                                                                     "pipes.cpp",
                                                                     "processes/exec.cpp",
                                                                     "processes/family.cpp",
                                                                     "processes/spawn.cpp",
                                                                     "processes/subprocess.cpp",
                                                                     "processes/user.cpp",
                                                                     "processes/groups.cpp",
                                                                     "processes/usage.cpp",
                                                                     "processes/limits.cpp",
                                                                     "processes/priority.cpp",
                                                                     "processes/abort.cpp",
                                                                     "sockets/addresses.cpp",
                                                                     "sockets/ancillary.cpp",
                                                                     "sockets/sockets.cpp",
                                                                     "sockets/names.cpp",
                                                                     "sockets/epoll.cpp",
                                                                     "recursion_limit.cpp",
                                                                     "changes.cpp",
                                                                     "memory_maps/mmap.cpp",
                                                                     "memory_maps/file_map.cpp",
                                                                     "shared_memory/shm.cpp",
                                                                     "shared_memory/mapping.cpp",
                                                                     "shared_memory/mappings.cpp",
                                                                     "shared_memory/module.cpp",
                                                                     "signals/delivery.cpp",
                                                                     "signals/masks.cpp",
                                                                     "signals/timers.cpp",
                                                                     "suspension.cpp",
                                                                     "terminals.cpp",
                                                                     "threads/attributes.cpp",
                                                                     "threads/condition.cpp",
                                                                     "threads/library.cpp",
                                                                     "threads/mutex.cpp",
                                                                     "threads/rwlock.cpp",
                                                                     "threads/semaphore.cpp",
                                                                     "threads/specific.cpp",
                                                                     "threads/thread.cpp",
                                                                     "threads/wait_queue.cpp"});

// Of Emscripten's glue, for the hosts (web/common/emscripten.ts).
constexpr std::string_view kExportedMethods =
    "FS,ENV,TTY,PATH,ERRNO_CODES,HEAPU8,HEAPU32,wasmTable,addRunDependency,removeRunDependency";

constexpr std::string_view kProfileSource = "profile.cpp";

// The C library and others for position-independent code.
constexpr std::string_view kEmscriptenLibraries = "sysroot/lib/wasm32-emscripten/pic";
// Of the C library, what runtime/threads and runtime/signals are in the place of.
constexpr auto kReplacedObjects = std::to_array<std::string_view>({"library_pthread_stub.o",
                                                                   "pthread_attr_init.o",
                                                                   "alarm.o",
                                                                   "flock.o",
                                                                   "getitimer.o",
                                                                   "kill.o",
                                                                   "killpg.o",
                                                                   "pause.o",
                                                                   "abort.o",
                                                                   "pipe.o",
                                                                   "pipe2.o",
                                                                   "getuid.o",
                                                                   "getgid.o",
                                                                   "geteuid.o",
                                                                   "getegid.o",
                                                                   "setuid.o",
                                                                   "setgid.o",
                                                                   "seteuid.o",
                                                                   "setegid.o",
                                                                   "setreuid.o",
                                                                   "setregid.o",
                                                                   "getgroups.o",
                                                                   "getpriority.o",
                                                                   "setpriority.o",
                                                                   "nice.o",
                                                                   "getrlimit.o",
                                                                   "setrlimit.o",
                                                                   "getrusage.o",
                                                                   "getpid.o",
                                                                   "getppid.o",
                                                                   "getpgid.o",
                                                                   "getpgrp.o",
                                                                   "getsid.o",
                                                                   "setpgid.o",
                                                                   "setpgrp.o",
                                                                   "setsid.o",
                                                                   "system.o",
                                                                   "isatty.o",
                                                                   "pty.o",
                                                                   "tcdrain.o",
                                                                   "wait.o",
                                                                   "wait3.o",
                                                                   "wait4.o",
                                                                   "waitpid.o",
                                                                   "pthread_sigmask.o",
                                                                   "raise.o",
                                                                   "setitimer.o",
                                                                   "sigaction.o",
                                                                   "sigtimedwait.o",
                                                                   "sigwait.o",
                                                                   "sigwaitinfo.o",
                                                                   "shm_open.o",
                                                                   "mmap.o",
                                                                   "mremap.o",
                                                                   "msync.o",
                                                                   "munmap.o"});

// The same of its sockets.
constexpr auto kReplacedSockets = std::to_array<std::string_view>(
    {"accept.o", "accept4.o", "bind.o", "connect.o", "freeaddrinfo.o", "getpeername.o", "getsockname.o",
     "getsockopt.o", "listen.o", "recv.o", "recvfrom.o", "recvmsg.o", "send.o", "sendmsg.o", "sendto.o",
     "setsockopt.o", "shutdown.o", "socket.o", "socketpair.o"});

// Calls of the C library that runtime/ answers in its place.
constexpr auto kWrapped = std::to_array<std::string_view>(
    {"nanosleep", "clock_nanosleep", "clock",    "ioctl",     "__wasi_fd_read", "__wasi_fd_write",
     "poll",      "select",          "fcntl",    "__get_tp",  "open",           "ttyname_r",
     "times",     "sysconf",         "pathconf", "fpathconf", "fstat",          "ftruncate",
     "_exit",     "close",           "dup2",     "dup3"});

std::string wrapWords() {
    std::string words = "-Wl";
    for (const std::string_view name : kWrapped)
        words += fmt::format(",--wrap={}", name);
    return words;
}

/// Object files of runtime/, in the scratch folder.
Result<std::vector<std::string>> compileRuntime(provision::StepContext& context, Platform platform) {
    std::vector<std::string_view> sources(kSharedSources.begin(), kSharedSources.end());
    if (platform == Platform::Emscripten)
        sources.insert(sources.end(), kEmscriptenSources.begin(), kEmscriptenSources.end());
    if (recordsProfile(context.environment(), platform))
        sources.push_back(kProfileSource);
    std::vector<std::string> objects;
    for (const std::string_view source : sources)
        objects.push_back(TRY(compileRuntimeSource(context, platform, source, context.scratch())));
    return objects;
}

template <size_t kCount>
void append(std::vector<std::string>& archives, const fs::path& step,
            const std::array<std::string_view, kCount>& names) {
    for (const std::string_view name : names)
        archives.push_back((step / "lib" / fs::path(name).filename()).string());
}

/// In the order in which they are linked; the interpreter's own comes first.
std::vector<std::string> archivesFor(const provision::StepContext& context, Platform platform) {
    std::vector<std::string> archives;
    append(archives, context.dependency(stepId("cpython", platform)), kCpythonArchives);
    append(archives, context.dependency(stepId("libraries", platform)), kLibraryArchives);
    append(archives, context.dependency(stepId("openssl", platform)), kOpensslArchives);
    return archives;
}

/// A copy of one of Emscripten's libraries, in the folder, without some of its objects.
Result<void> copyWithout(provision::StepContext& context, const fs::path& folder, std::string_view library,
                         std::span<const std::string_view> objects) {
    const std::string copy = (folder / library).string();
    std::error_code error;
    fs::copy_file(context.dependency(kEmscriptenStep) / kEmscriptenLibraries / library, copy, error);
    if (error)
        return fail(fmt::format("cannot copy {}: {}", library, error.message()));
    std::vector<std::string> remove = {llvmTool(context, Platform::Emscripten, "llvm-ar").string(), "d",
                                       copy};
    remove.insert(remove.end(), objects.begin(), objects.end());
    return context.command({remove, {}, {}});
}

/// Emscripten's C library has calls for threads, signals, processes and sockets that do little. Returns the
/// folder in which the linker finds it without them.
Result<fs::path> librariesWithoutStubs(provision::StepContext& context) {
    const fs::path folder = context.scratch() / "library";
    TRY(createDirectories(folder));
    TRY(copyWithout(context, folder, "libc.a", kReplacedObjects));
    TRY(copyWithout(context, folder, "libsockets.a", kReplacedSockets));
    return folder;
}

Result<void> linkEmscripten(provision::StepContext& context, std::vector<std::string> objects) {
    const fs::path library = TRY(librariesWithoutStubs(context));
    std::vector<std::string> link = {(context.dependency(kEmscriptenStep) / "emscripten/emcc").string(), "-o",
                                     (context.output() / "python.mjs").string()};
    link.insert(link.end(), objects.begin(), objects.end());
    // Extension modules that come later may want any function of the interpreter.
    const std::vector<std::string> archives = archivesFor(context, Platform::Emscripten);
    link.insert(link.end(), {"-Wl,--whole-archive", archives.front(), "-Wl,--no-whole-archive"});
    link.insert(link.end(), archives.begin() + 1, archives.end());
    link.push_back((context.dependency(stepId("libraries", Platform::Emscripten)) / "lib/libffi.a").string());
    // emcc puts the C library behind this, and extension modules may want any function of that, too.
    link.emplace_back("-Wl,--whole-archive");
    link.insert(link.end(), {"-O2",
                             "-g0",
                             "-fwasm-exceptions",
                             "-sSUPPORT_LONGJMP=wasm",
                             wrapWords(),
                             "-L" + library.string(),
                             "-sMAIN_MODULE=1",
                             "-sAUTO_JS_LIBRARIES=0",
                             "-sAUTO_NATIVE_LIBRARIES=0",
                             "-sINITIAL_MEMORY=48MB",
                             "-sALLOW_MEMORY_GROWTH",
                             "-sMAXIMUM_MEMORY=4GB",
                             "-sSTACK_SIZE=16MB",
                             "-sWASM_BIGINT",
                             "-sTEXTDECODER=2",
                             "-sFORCE_FILESYSTEM",
                             "-sEXIT_RUNTIME",
                             "-sINVOKE_RUN=0",
                             "-sMODULARIZE",
                             "-sEXPORT_ES6",
                             "-sENVIRONMENT=web,worker,node",
                             fmt::format("-sEXPORTED_RUNTIME_METHODS={}", kExportedMethods),
                             "--js-library",
                             (context.repository() / kRuntime / "host_imports.js").string(),
                             "--js-library",
                             (context.repository() / kRuntime / "lazy_symbols.js").string()});
    return context.command({link, {}, emscriptenEnvironment(context)});
}

Result<void> linkWasi(provision::StepContext& context, std::vector<std::string> objects) {
    std::vector<std::string> link = compilerWords(context, Platform::Wasi);
    link.insert(link.end(), {"-o", (context.output() / "python.wasm").string()});
    link.insert(link.end(), objects.begin(), objects.end());
    link.push_back((context.dependency(kWasiToolchainStep) / kStackProtectorObject).string());
    const std::vector<std::string> archives = archivesFor(context, Platform::Wasi);
    link.insert(link.end(), archives.begin(), archives.end());
    link.insert(link.end(), kWasiLinkFlags.begin(), kWasiLinkFlags.end());
    return context.command({link, {}, {}});
}

Result<void> addStandardLibrary(provision::StepContext& context, Platform platform) {
    const fs::path library = context.output() / "lib/python3.13";
    TRY(copyTree(context.dependency(kStandardLibraryStep) / "lib", context.output() / "lib", CopyMode::Link));
    for (const fs::directory_entry& entry :
         fs::directory_iterator(context.dependency(stepId("cpython", platform)) / "lib")) {
        if (entry.path().extension() == ".py")
            fs::copy_file(entry.path(), library / entry.path().filename());
    }
    // Where CPython looks for its platform-dependent half.
    return createDirectories(library / "lib-dynload");
}

/// What the machine's own programs start as Python, when a program of ours has started them: a shell's
/// `$0 -c ...`, the first line of a script, and what a link of a virtual environment leads to. Where the host
/// is stands in the environment (web/node).
constexpr std::string_view kProgram = R"sh(#!/bin/sh
if [ -z "$TAIPAN_HOST" ]; then
    echo "taipan: this interpreter runs inside WebAssembly; start it with 'taipan run --target node'" >&2
    exit 126
fi
TAIPAN_PROGRAM="$0" exec "$TAIPAN_NODE" $TAIPAN_NODE_FLAGS "$TAIPAN_HOST" "$TAIPAN_INTERPRETER" "$@"
)sh";

Result<void> addProgram(provision::StepContext& context) {
    const fs::path program = context.output() / "bin/python3.13";
    TRY(createDirectories(program.parent_path()));
    TRY(writeFile(program, kProgram));
    fs::permissions(program, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec |
                                 fs::perms::others_read | fs::perms::others_exec);
    return {};
}

Result<void> link(provision::StepContext& context, Platform platform) {
    std::vector<std::string> objects = TRY(compileRuntime(context, platform));
    if (platform == Platform::Emscripten) {
        TRY(linkEmscripten(context, std::move(objects)));
        TRY(addProgram(context));
    } else {
        TRY(linkWasi(context, std::move(objects)));
    }
    return addStandardLibrary(context, platform);
}

}  // namespace

provision::Step interpreterWasm(Platform platform, const Environment& environment) {
    provision::Step step;
    step.id = stepId("interpreter", platform);
    step.title = fmt::format("linking the interpreter for {}", rowOf(platform).name);
    step.needs = {stepId("cpython", platform), stepId("libraries", platform), stepId("openssl", platform),
                  std::string(rowOf(platform).toolchain_step), kStandardLibraryStep};
    if (recordsProfile(environment, platform))
        step.values.emplace_back(kRecordProfileVariable);
    step.files = {kRecipe, kFlagsRecipe, kRuntime, kKernel};
    step.products = {"python.wasm", "lib/python3.13/os.py"};
    if (platform == Platform::Emscripten) {
        step.needs.insert(step.needs.end(), {kNativeStep, kNodeStep});
        step.products.emplace_back("python.mjs");
    }
    step.seconds = platform == Platform::Emscripten ? 25 : 3;
    step.run = [platform](provision::StepContext& context) { return link(context, platform); };
    return step;
}

}  // namespace taipan::interpreter
