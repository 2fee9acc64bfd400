// SPDX-License-Identifier: Apache-2.0
#include "bundle/program_source.h"

#include <fmt/format.h>

#include <algorithm>

namespace taipan::bundle {

namespace {

constexpr std::string_view kMain = "__main__";

std::string initFunction(const std::string& module) {
    const auto known = std::ranges::find(kInitFunctions, module, &InitFunction::module);
    return known == std::end(kInitFunctions) ? "PyInit_" + module : std::string(known->function);
}

std::string quoted(const std::string& text) {
    std::string literal;
    for (const char character : text) {
        const auto byte = static_cast<unsigned char>(character);
        // Three octal digits end by themselves, whatever follows.
        literal += byte < ' ' || byte > '~' || byte == '"' || byte == '\\' ? fmt::format("\\{:03o}", byte)
                                                                           : std::string(1, character);
    }
    return "\"" + literal + "\"";
}

/// The codes lie beside the source: names in #embed cannot be quoted.
std::string embedded(const std::string& declaration, const FrozenModule& module) {
    return fmt::format("{}[] = {{\n#embed {}\n}};\n", declaration, quoted(module.code.filename().string()));
}

void addExtensionModules(std::string& source, std::span<const FrozenModule> modules) {
    std::string rows;
    for (const FrozenModule& module : modules) {
        if (module.row.kind != "builtin")
            continue;
        const std::string function = initFunction(module.row.name);
        if (!function.empty())
            source += fmt::format("extern void* {}(void);\n", function);
        rows += fmt::format("  {{{}, {}}},\n", quoted(module.row.name), function.empty() ? "0" : function);
    }
    source += "struct _inittab { const char* name; void* (*init)(void); };\n";
    source += "struct _inittab _PyImport_Inittab[] = {\n" + rows + "  {0, 0}};\n";
}

void addFrozenModules(std::string& source, std::span<const FrozenModule> modules) {
    std::string rows;
    for (size_t i = 0; i < modules.size(); ++i) {
        const FrozenModule& module = modules[i];
        if (module.code.empty() || module.row.name == kMain)
            continue;
        source += embedded(fmt::format("static const unsigned char module{}", i), module);
        rows += fmt::format("  {{{}, module{}, sizeof module{}, {}}},\n", quoted(module.frozen_name), i, i,
                            module.is_package ? 1 : 0);
    }
    source += "struct _frozen { const char* name; const unsigned char* code; int size; int is_package; };\n";
    source += "const struct _frozen taipan_frozen_modules[] = {\n" + rows + "  {0, 0, 0, 0}};\n";
}

/// Those whose code is in the interpreter already.
void addCoreModules(std::string& source, std::span<const FrozenModule> modules) {
    std::string names;
    for (const FrozenModule& module : modules) {
        if (module.code.empty() && module.row.kind != "builtin")
            names += quoted(module.row.name) + ", ";
    }
    source += "const char* const taipan_core_modules[] = {" + names + "0};\n";
}

/// runtime/bundle/program_files.cpp wants them in the order of their paths.
void addFiles(std::string& source, std::span<const ProgramFile> files) {
    source += "void taipan_mount_files(void);\n";
    source += fmt::format("void taipan_begin(void) {{{}}}\n", files.empty() ? "" : " taipan_mount_files(); ");
    if (files.empty())
        return;
    std::string rows;
    std::string roots;
    for (size_t i = 0; i < files.size(); ++i) {
        const ProgramFile& file = files[i];
        const std::string name = fmt::format("{}{}", kFilePrefix, i);
        if (file.size > 0)
            source +=
                fmt::format("static const unsigned char {}[] = {{\n#embed {}\n}};\n", name, quoted(name));
        rows += fmt::format("  {{{}, {}, {}}},\n", quoted(file.path), file.size > 0 ? name : "0",
                            file.size > 0 ? "sizeof " + name : "0");
    }
    size_t root_count = 0;
    for (const std::string_view root : {kProgramFolder, kLibraryFolder}) {
        const bool has_files = std::ranges::any_of(
            files, [&](const ProgramFile& file) { return file.path.starts_with(fmt::format("{}/", root)); });
        root_count += has_files ? 1 : 0;
        roots += has_files ? quoted(std::string(root)) + ", " : "";
    }
    source += "struct file { const char* path; const unsigned char* data; __SIZE_TYPE__ size; };\n";
    source += "const struct file taipan_files[] = {\n" + rows + "};\n";
    source += fmt::format("const __SIZE_TYPE__ taipan_file_count = {};\n", files.size());
    source += "const char* const taipan_file_roots[] = {" + roots + "};\n";
    source += fmt::format("const __SIZE_TYPE__ taipan_file_root_count = {};\n", root_count);
}

}  // namespace

std::string programSource(const ProgramGraph& graph, std::span<const ProgramFile> files, int optimize) {
    const std::vector<FrozenModule>& modules = graph.modules;
    std::string source;
    addExtensionModules(source, modules);
    addFrozenModules(source, modules);
    addCoreModules(source, modules);
    source += fmt::format("const int taipan_sheds_documentation = {};\n", graph.reads_documentation ? 0 : 1);
    source += fmt::format("const int taipan_optimization = {};\n", optimize);
    source += fmt::format("const char taipan_main_module[] = {};\n", quoted(graph.main_module));
    addFiles(source, files);
    const auto main = std::ranges::find(modules, kMain, [](const FrozenModule& one) { return one.row.name; });
    if (main != modules.end()) {
        source += embedded("const unsigned char taipan_main_code", *main);
        source += "const int taipan_main_size = sizeof taipan_main_code;\n";
        source += fmt::format("const char taipan_main_file[] = {};\n", quoted(graph.main_file));
    }
    return source;
}

}  // namespace taipan::bundle
