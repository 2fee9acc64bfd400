// SPDX-License-Identifier: Apache-2.0
#include "bundle/size_table.h"

#include <gtest/gtest.h>

#include <array>
#include <numeric>

namespace taipan::bundle {
namespace {

constexpr std::string_view kMap = R"(    Addr      Off     Size Out     In      Symbol
       -        8      23a TYPE
       -     293c   23abf8 CODE
       -     293e        9         <internal>:(__wasm_call_ctors)
       -     2947       10         program_main.o:(_Z4mainv)
       -     2947       10                 main()
       -     2957       1b         lib/libpython3.13.a(object.o):(PyObject_Repr)
       -     2972      40e         lib/libpython3.13.a(_json.o):(PyInit__json)
       -     2d80      106         lib/libpython3.13.a(_json.o):(scan)
       -     2d80      106                 (anonymous namespace)::scan(int)
       -     2d90      106         lib/libpython3.13.a(unicodeobject.o):(PyInit__string)
       -     2da0      106         lib/libpython3.13.a(module.o):(PyInit__sqlite3)
       -     2e86       32         /a b/sysroot/lib/libc.a(qsort.o):(qsort)
       -   23d534   12b515 DATA
  800000   23d53f        6         lib/libz.a(x.o):(.rodata..L.str)
)";

TEST(SizeTable, TheMapSaysWhoseEachFunctionIs) {
    std::vector<std::string> origins;
    for (const LinkedFunction& function : readLinkMap(kMap))
        origins.push_back(function.part + "/" + function.name);
    EXPECT_EQ(origins,
              (std::vector<std::string>{"interpreter/", "interpreter/", "interpreter/",
                                        "extension module/_json", "extension module/_json", "interpreter/",
                                        "extension module/_sqlite3", "C library/c"}));
}

TEST(SizeTable, AnyTextIsAMap) {
    for (const std::string_view text : {"", "CODE", " CODE\n -", " CODE\n                      :(", "\n\n"})
        EXPECT_TRUE(readLinkMap(text).empty());
}

class Table : public ::testing::Test {
  protected:
    Table() {
        for (const size_t size : {10, 20, 30})
            module_.functions.push_back({0, wasm::Bytes(bytes_).first(size)});
        module_.data.push_back({.bytes = wasm::Bytes(bytes_).first(90)});
        for (const ModuleRow& row : {ModuleRow{"json.decoder", "source", true, 7},
                                     {"app", "source", false, 5},
                                     {"os", "source", true, 0}})
            graph_.modules.emplace_back().row = row;
        graph_.modules[1].file = "app.py";
    }

    std::vector<std::string> rows(bool has_snapshot) {
        const LinkMap map = {{"interpreter", ""}, {"C library", "z"}, {"interpreter", ""}};
        const std::vector<ProgramFile> files = {{"/app/a", "a", 3}, {"/app/b.py", "b", 4, true}};
        std::vector<std::string> texts;
        size_t sum = 0;
        for (const SizeRow& row : sizeTable(module_, 200, map, graph_, files, has_snapshot)) {
            texts.push_back(row.part + "/" + row.name + "/" + std::to_string(row.size));
            sum += row.size;
        }
        EXPECT_EQ(sum, 200U);
        return texts;
    }

    std::array<uint8_t, 100> bytes_{};
    wasm::Module module_;
    ProgramGraph graph_;
};

TEST_F(Table, SumsUpToTheFile) {
    EXPECT_EQ(rows(true), (std::vector<std::string>{"C library/z/20", "data//app/a/3", "format//50",
                                                    "interpreter//40", "snapshot//83", "sources//4"}));
    EXPECT_EQ(rows(false),
              (std::vector<std::string>{"C library/z/20", "data//app/a/3", "format//50", "interpreter//40",
                                        "interpreter's data//71", "program/app/5", "sources//4",
                                        "standard library/json/7"}));
}

}  // namespace
}  // namespace taipan::bundle
