// SPDX-License-Identifier: Apache-2.0
#include "interpreter/runtime_objects.h"

namespace taipan::interpreter {

Result<std::string> compileRuntimeSource(provision::StepContext& context, Platform platform,
                                         std::string_view source, const std::filesystem::path& folder) {
    const std::string object =
        (folder / std::filesystem::path(source).filename()).replace_extension(".o").string();
    std::vector<std::string> compile = compilerWords(context, platform);
    if (platform == Platform::Wasi)
        compile.emplace_back("-msimd128");
    compile.insert(
        compile.end(),
        {"-std=c++23", "-O2", "-DNDEBUG", "-fno-exceptions", "-fno-rtti", "-Wall", "-Wextra", "-Werror",
         "-I" + context.repository().string(), "-I" + (context.repository() / kRuntimeHeaders).string(),
         "-I" + (context.dependency(stepId("cpython", platform)) / "include/python3.13").string(),
         "-I" + (context.dependency(stepId("libraries", platform)) / "include").string(), "-c",
         (context.repository() / kRuntime / source).string(), "-o", object});
    TRY(context.command({compile, {}, {}}));
    return object;
}

}  // namespace taipan::interpreter
