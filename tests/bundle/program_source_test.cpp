// SPDX-License-Identifier: Apache-2.0
#include "bundle/program_source.h"

#include <gtest/gtest.h>

namespace taipan::bundle {
namespace {

FrozenModule frozen(const std::string& name, const std::string& file, bool is_package = false) {
    return {{name, is_package ? "package" : "source", 1, ""}, name, file, is_package};
}

FrozenModule builtin(const std::string& name) {
    return {{name, "builtin", 0, ""}, name, {}, false};
}

std::string sourceOf(std::vector<FrozenModule> modules, const std::string& main_file = "") {
    ProgramGraph graph;
    graph.modules = std::move(modules);
    graph.main_file = main_file;
    return programSource(graph);
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(ProgramSource, HasTheModulesTheProgramAndItsName) {
    const std::string source =
        sourceOf({frozen("__main__", "/t/0.code"), builtin("zlib"), frozen("package", "/t/1.code", true),
                  frozen("package.module", "/t/2.code")},
                 "app.py");
    EXPECT_TRUE(contains(source, "taipan_main_code[] = {\n#embed \"0.code\"\n};"));
    EXPECT_TRUE(contains(source, "taipan_main_file[] = \"app.py\";"));
    EXPECT_TRUE(contains(source, "{\"package\", module2, sizeof module2, 1},"));
    EXPECT_TRUE(contains(source, "{\"package.module\", module3, sizeof module3, 0},"));
    EXPECT_TRUE(contains(source, "extern void* PyInit_zlib(void);"));
    EXPECT_TRUE(contains(source, "{\"zlib\", PyInit_zlib},"));
    EXPECT_FALSE(contains(source, "{\"__main__\""));
}

TEST(ProgramSource, ModulesOfTheInterpreterHaveInitFunctionsOfTheirOwnOrNone) {
    const std::string source = sourceOf({builtin("sys"), builtin("_warnings"), builtin("marshal")});
    EXPECT_TRUE(contains(source, "{\"sys\", 0},"));
    EXPECT_TRUE(contains(source, "{\"_warnings\", _PyWarnings_Init},"));
    EXPECT_TRUE(contains(source, "{\"marshal\", PyMarshal_Init},"));
}

TEST(ProgramSource, NamesAreQuotedWhateverIsInThem) {
    const std::string source = sourceOf({frozen("__main__", "/t/0.code")}, "a\"b\\c\n9é.py");
    EXPECT_TRUE(contains(source, R"("a\042b\134c\0129\303\251.py")")) << source;
}

TEST(ProgramSource, ModulesWithoutCodeComeWithTheInterpreter) {
    FrozenModule os = frozen("os", "");
    os.code.clear();
    const std::string source = sourceOf({os, frozen("json", "/t/0.code"), builtin("time")});
    EXPECT_TRUE(contains(source, "taipan_core_modules[] = {\"os\", 0};")) << source;
}

TEST(ProgramSource, ModulesOfTheProgramAreFoundByTheirFiles) {
    FrozenModule module = frozen("package.module", "/t/3.code");
    module.frozen_name = "/app/package/module.py";
    EXPECT_TRUE(contains(sourceOf({module}), "{\"/app/package/module.py\", module0,"));
}

TEST(ProgramSource, DocumentationIsShedUnlessItIsRead) {
    ProgramGraph graph;
    EXPECT_TRUE(contains(programSource(graph), "taipan_sheds_documentation = 1;"));
    graph.reads_documentation = true;
    EXPECT_TRUE(contains(programSource(graph), "taipan_sheds_documentation = 0;"));
}

}  // namespace
}  // namespace taipan::bundle
