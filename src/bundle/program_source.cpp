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

}  // namespace

std::string programSource(const ProgramGraph& graph) {
    const std::vector<FrozenModule>& modules = graph.modules;
    std::string source;
    addExtensionModules(source, modules);
    addFrozenModules(source, modules);
    addCoreModules(source, modules);
    source += fmt::format("const int taipan_sheds_documentation = {};\n", graph.reads_documentation ? 0 : 1);
    const auto main = std::ranges::find(modules, kMain, [](const FrozenModule& one) { return one.row.name; });
    if (main != modules.end()) {
        source += embedded("const unsigned char taipan_main_code", *main);
        source += "const int taipan_main_size = sizeof taipan_main_code;\n";
        source += fmt::format("const char taipan_main_file[] = {};\n", quoted(graph.main_file));
    }
    return source;
}

}  // namespace taipan::bundle
