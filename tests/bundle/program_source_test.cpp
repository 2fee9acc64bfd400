// SPDX-License-Identifier: Apache-2.0
#include "bundle/program_source.h"

#include <gtest/gtest.h>

namespace taipan::bundle {
namespace {

FrozenModule frozen(const std::string& name, const std::string& file, bool is_package = false) {
    return {{name, is_package ? "package" : "source", false, 1}, name, file, is_package};
}

FrozenModule builtin(const std::string& name) {
    return {{name, "builtin"}, name, {}, false};
}

std::string sourceOf(std::vector<FrozenModule> modules, const std::string& main_file = "") {
    ProgramGraph graph;
    graph.modules = std::move(modules);
    graph.main_file = main_file;
    return programSource(graph, {}, 0);
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
    EXPECT_TRUE(contains(programSource(graph, {}, 0), "taipan_sheds_documentation = 1;"));
    graph.reads_documentation = true;
    EXPECT_TRUE(contains(programSource(graph, {}, 0), "taipan_sheds_documentation = 0;"));
}

TEST(ProgramSource, SaysHowMainIsRun) {
    ProgramGraph graph;
    graph.main_module = "package.tool";
    const std::string source = programSource(graph, {}, 2);
    EXPECT_TRUE(contains(source, "taipan_main_module[] = \"package.tool\";"));
    EXPECT_TRUE(contains(source, "taipan_optimization = 2;"));
}

TEST(ProgramSource, EmbedsFilesInTheirOrderAndOnlyWhereThereAreSome) {
    EXPECT_TRUE(contains(sourceOf({}), "void taipan_begin(void) {}"));
    EXPECT_FALSE(contains(sourceOf({}), "taipan_files"));
    const std::vector<ProgramFile> files = {{"/app/empty", "/t/e", 0}, {"/app/data", "/t/d", 3}};
    const std::string source = programSource(ProgramGraph(), files, 0);
    EXPECT_TRUE(contains(source, "void taipan_begin(void) { taipan_mount_files(); }"));
    EXPECT_TRUE(contains(source, "file1[] = {\n#embed \"file1\"\n};"));
    EXPECT_TRUE(contains(source, "{\"/app/empty\", 0, 0},\n  {\"/app/data\", file1, sizeof file1},"));
    EXPECT_TRUE(contains(source, "taipan_file_roots[] = {\"/app\", };")) << source;
}

}  // namespace
}  // namespace taipan::bundle
