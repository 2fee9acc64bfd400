// SPDX-License-Identifier: Apache-2.0
#include "bundle/program_source.h"

#include <gtest/gtest.h>

namespace taipan::bundle {
namespace {

FrozenModule frozen(const std::string& name, const std::string& file, bool is_package = false) {
    return {{name, is_package ? "package" : "source", 1, ""}, file, is_package};
}

FrozenModule builtin(const std::string& name) {
    return {{name, "builtin", 0, ""}, {}, false};
}

bool contains(const std::string& text, std::string_view part) {
    return text.find(part) != std::string::npos;
}

TEST(ProgramSource, HasTheModulesTheProgramAndItsName) {
    const FrozenModule modules[] = {frozen("__main__", "/t/0.code"), builtin("zlib"),
                                    frozen("package", "/t/1.code", true),
                                    frozen("package.module", "/t/2.code")};
    const std::string source = programSource(modules, "app.py");
    EXPECT_TRUE(contains(source, "taipan_main_code[] = {\n#embed \"0.code\"\n};"));
    EXPECT_TRUE(contains(source, "taipan_main_file[] = \"app.py\";"));
    EXPECT_TRUE(contains(source, "{\"package\", module2, sizeof module2, 1},"));
    EXPECT_TRUE(contains(source, "{\"package.module\", module3, sizeof module3, 0},"));
    EXPECT_TRUE(contains(source, "extern void* PyInit_zlib(void);"));
    EXPECT_TRUE(contains(source, "{\"zlib\", PyInit_zlib},"));
    EXPECT_FALSE(contains(source, "{\"__main__\""));
}

TEST(ProgramSource, ModulesOfTheInterpreterHaveInitFunctionsOfTheirOwnOrNone) {
    const FrozenModule modules[] = {builtin("sys"), builtin("_warnings"), builtin("marshal")};
    const std::string source = programSource(modules, "");
    EXPECT_TRUE(contains(source, "{\"sys\", 0},"));
    EXPECT_TRUE(contains(source, "{\"_warnings\", _PyWarnings_Init},"));
    EXPECT_TRUE(contains(source, "{\"marshal\", PyMarshal_Init},"));
}

TEST(ProgramSource, NamesAreQuotedWhateverIsInThem) {
    const FrozenModule modules[] = {frozen("__main__", "/t/0.code")};
    const std::string source = programSource(modules, "a\"b\\c\n9é.py");
    EXPECT_TRUE(contains(source, R"("a\042b\134c\0129\303\251.py")")) << source;
}

}  // namespace
}  // namespace taipan::bundle
