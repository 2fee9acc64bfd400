// SPDX-License-Identifier: Apache-2.0
//
// OpenSSL's two libraries for a WebAssembly platform, with what the ssl and hashlib modules can reach and no
// more.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "interpreter/recipes.h"
#include "interpreter/wasm_platform.h"
#include "provision/step_context.h"
#include "support/files.h"

namespace taipan::interpreter {

namespace fs = std::filesystem;

namespace {

constexpr const char* kRecipe = "src/interpreter/openssl.cpp";

// Parts that neither module can reach, or that need what the platform lacks. Every hash stays in.
const std::vector<std::string> kLeftOut = {"no-apps",       "no-asm",    "no-async",   "no-autoload-config",
                                           "no-cmp",        "no-cms",    "no-comp",    "no-ct",
                                           "no-dgram",      "no-docs",   "no-dso",     "no-dtls",
                                           "no-engine",     "no-gost",   "no-http",    "no-ktls",
                                           "no-module",     "no-quic",   "no-rfc3779", "no-secure-memory",
                                           "no-shared",     "no-srp",    "no-srtp",    "no-sctp",
                                           "no-ssl-trace",  "no-tests",  "no-threads", "no-ts",
                                           "no-ui-console", "no-legacy", "no-idea",    "no-seed",
                                           "no-camellia",   "no-aria",   "no-bf",      "no-cast",
                                           "no-rc2",        "no-rc4",    "no-gost",    "no-sm2",
                                           "no-sm4",        "no-ocb",    "no-siv"};

// WASI preview 1 has no sockets to open and no users to ask.
const std::vector<std::string> kLeftOutOnWasi = {"no-sock", "no-posix-io"};

std::vector<std::string> configureArguments(const provision::StepContext& context, Platform platform) {
    const fs::path configure = context.dependency(kOpensslSourceStep) / "Configure";
    std::vector<std::string> arguments = {"perl", configure.string(), "linux-generic32", "--prefix=/usr",
                                          "--openssldir=/etc/ssl"};
    arguments.insert(arguments.end(), kLeftOut.begin(), kLeftOut.end());
    if (platform == Platform::Wasi) {
        arguments.insert(arguments.end(), kLeftOutOnWasi.begin(), kLeftOutOnWasi.end());
        arguments.insert(arguments.end(), {"-DNO_SYSLOG", "-D_WASI_EMULATED_MMAN"});
    }
    arguments.insert(arguments.end(), {"-O2", "-g0", "-w"});
    return arguments;
}

/// Public headers are partly in the source tree, partly made by Configure.
Result<void> install(provision::StepContext& context) {
    const fs::path include = context.output() / "include/openssl";
    TRY(createDirectories(include));
    const fs::path upstream = context.dependency(kOpensslSourceStep) / "include/openssl";
    for (const fs::path& folder : {upstream, context.scratch() / "include/openssl"}) {
        for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
            if (entry.path().extension() == ".h")
                fs::copy_file(entry.path(), include / entry.path().filename(),
                              fs::copy_options::overwrite_existing);
        }
    }
    TRY(createDirectories(context.output() / "lib"));
    for (const std::string_view library : {"libcrypto.a", "libssl.a"})
        fs::copy_file(context.scratch() / library, context.output() / "lib" / library);
    return {};
}

Result<void> build(provision::StepContext& context, Platform platform) {
    const std::map<std::string, std::optional<std::string>> tools = {
        {"CC", compilerCommand(context, platform)},
        {"AR", llvmTool(context, platform, "llvm-ar").string()},
        {"RANLIB", llvmTool(context, platform, "llvm-ranlib").string()}};
    TRY(context.command({configureArguments(context, platform), {}, tools}));
    // The library tells by what and when it was compiled, which is to be the same everywhere.
    TRY(context.command({{"make", "CC=clang", "crypto/buildinf.h"}, {}, {{"SOURCE_DATE_EPOCH", "0"}}}));
    TRY(context.command({{"make", fmt::format("-j{}", context.jobs()), "build_libs"}, {}, {}}));
    return install(context);
}

}  // namespace

provision::Step openssl(Platform platform) {
    provision::Step step;
    step.id = stepId("openssl", platform);
    step.title = fmt::format("building OpenSSL for {}", rowOf(platform).name);
    step.needs = {kOpensslSourceStep, std::string(rowOf(platform).toolchain_step)};
    step.values = kLeftOut;
    step.values.insert(step.values.end(), kLeftOutOnWasi.begin(), kLeftOutOnWasi.end());
    step.values.insert(step.values.end(), rowOf(platform).flags.begin(), rowOf(platform).flags.end());
    step.files = {kRecipe, kFlagsRecipe};
    step.packages = {"perl", "make"};
    step.seconds = 60;
    step.run = [platform](provision::StepContext& context) { return build(context, platform); };
    return step;
}

}  // namespace taipan::interpreter
