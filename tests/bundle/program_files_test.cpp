// SPDX-License-Identifier: Apache-2.0
#include "bundle/program_files.h"

#include <gtest/gtest.h>

#include "tests/support/temporary.h"

namespace taipan::bundle {
namespace {

class ProgramFiles : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_.write("app/app.py", "");
        folder_.write("app/words.txt", "four");
        folder_.write("app/data/one.csv", "1");
        folder_.write("app/data/inner/two.csv", "22");
        folder_.write("app/data/__pycache__/x.pyc", "x");
        folder_.write("other/words.txt", "other");
    }

    Result<std::vector<ProgramFile>> files(std::vector<Data> data) {
        Request request;
        request.program = {InputKind::Script, folder_ / "app/app.py"};
        for (Data& one : data) {
            one.source = folder_ / one.source;
            request.data.push_back(one);
        }
        return dataFiles(request);
    }

    std::vector<std::string> paths(std::vector<Data> data) {
        const Result<std::vector<ProgramFile>> found = files(std::move(data));
        EXPECT_TRUE(found) << found.error().message;
        std::vector<std::string> names;
        for (const ProgramFile& file : found.value_or(std::vector<ProgramFile>()))
            names.push_back(file.path);
        return names;
    }

    void expectRefusal(std::vector<Data> data, const std::string& fragment) {
        const auto found = files(std::move(data));
        ASSERT_FALSE(found);
        EXPECT_NE(found.error().message.find(fragment), std::string::npos) << found.error().message;
    }

    testing::Temporary folder_;
};

using Paths = std::vector<std::string>;

TEST_F(ProgramFiles, LieBelowTheProgramAsTheyDoOutside) {
    EXPECT_EQ(paths({{"app/words.txt"}, {"app/data"}}),
              (Paths{"/app/data/inner/two.csv", "/app/data/one.csv", "/app/words.txt"}));
    EXPECT_EQ(files({{"app/words.txt"}}).value().at(0).size, 4U);
}

TEST_F(ProgramFiles, GoWhereTheUserSays) {
    EXPECT_EQ(paths({{"other/words.txt", "lists/all.txt"}}), Paths{"/app/lists/all.txt"});
    EXPECT_EQ(paths({{"other/words.txt", "lists/"}}), Paths{"/app/lists/words.txt"});
    EXPECT_EQ(paths({{"app/data", "tables"}}), (Paths{"/app/tables/inner/two.csv", "/app/tables/one.csv"}));
    EXPECT_EQ(paths({{"app/data", "tables/"}}), (Paths{"/app/tables/inner/two.csv", "/app/tables/one.csv"}));
    EXPECT_EQ(paths({{"app/data", "."}}), (Paths{"/app/inner/two.csv", "/app/one.csv"}));
    EXPECT_EQ(paths({{"app/data", "a/../b/./c"}}), (Paths{"/app/b/c/inner/two.csv", "/app/b/c/one.csv"}));
}

TEST_F(ProgramFiles, MayBeNamedTwice) {
    EXPECT_EQ(paths({{"app/data"}, {"app/data/one.csv"}}),
              (Paths{"/app/data/inner/two.csv", "/app/data/one.csv"}));
}

TEST_F(ProgramFiles, TwoInOnePlaceAreRefused) {
    expectRefusal({{"app/words.txt"}, {"other/words.txt", "words.txt"}}, "would both be /app/words.txt");
    expectRefusal({{"app/words.txt", "a"}, {"other/words.txt", "a/b"}},
                  "/app/a would be a file and a folder");
}

TEST_F(ProgramFiles, PlacesOutsideOfTheProgramAreRefused) {
    expectRefusal({{"other/words.txt"}}, "is not in the program's folder");
    for (const char* const place : {"..", "../x", "a/../../x", "/x", ""})
        expectRefusal({{"app/words.txt", place}}, "cannot put");
    expectRefusal({{"app/nothing.txt"}}, "there is no");
}

TEST_F(ProgramFiles, ADataFileInThePlaceOfASourceCountsOnce) {
    const auto both =
        merged({{"/app/b.py", "data", 1}}, {{"/app/b.py", "source", 1, true}, {"/app/a.py", "a", 1, true}});
    ASSERT_EQ(both.size(), 2U);
    EXPECT_EQ(both[0].path, "/app/a.py");
    EXPECT_EQ(both[1].source, "data");
}

}  // namespace
}  // namespace taipan::bundle
