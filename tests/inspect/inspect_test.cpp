// SPDX-License-Identifier: Apache-2.0
//
// Descriptions of targets: what the interpreter answered is passed on, sizes are measured, text has all of
// it.
#include "inspect/inspect.h"

#include <gtest/gtest.h>

#include "tests/support/temporary.h"

namespace taipan::inspect {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAnswer = R"({
  "identity": {"sys.platform": "emscripten", "maxsize": 7},
  "versions": {"python": "3.13.5"},
  "modules": {"zlib": {"kind": "built in", "note": ""}, "_curses": {"kind": "absent", "note": "no library"}},
  "features": {"files": {"works": true, "why": ""}, "threads": {"works": false, "why": "RuntimeError: none"}}
})";

class Inspect : public ::testing::Test {
  protected:
    void SetUp() override {
        installation_.python = folder_.path();
        installation_.standard_library = folder_ / "lib";
        ASSERT_TRUE(createDirectories(folder_ / "lib/test"));
        folder_.write("python.wasm", std::string(100'000, 'w'));
        folder_.write("lib/os.py", std::string(500, 'p'));
        folder_.write("lib/test/test_os.py", std::string(900, 't'));
    }

    Result<nlohmann::json> inspectWith(Result<std::string> answer) {
        return inspectTarget(interpreter::Target::Node, installation_,
                             [&](interpreter::Target, const std::vector<std::string>&) { return answer; });
    }

    testing::Temporary folder_;
    interpreter::Installation installation_;
};

TEST_F(Inspect, MeasuresFilesRawAndCompressed) {
    const auto size = measure(folder_ / "python.wasm");
    ASSERT_TRUE(size);
    EXPECT_EQ(size->raw, 100'000U);
    EXPECT_GT(size->gzip, 0U);
    EXPECT_LT(size->gzip, 1'000U);
}

TEST_F(Inspect, LeavesTestsOutOfTheLibrary) {
    const auto size = measure(folder_ / "lib");
    ASSERT_TRUE(size);
    EXPECT_EQ(size->raw, 500U);
}

TEST_F(Inspect, AddsTargetAndSizes) {
    const auto description = inspectWith(kAnswer);
    ASSERT_TRUE(description);
    EXPECT_EQ((*description)["target"], "node");
    EXPECT_EQ((*description)["sizes"]["interpreter"]["raw"], 100'000);
    EXPECT_EQ((*description)["identity"]["sys.platform"], "emscripten");
}

TEST_F(Inspect, FailsOnAnAnswerThatIsNoJson) {
    EXPECT_FALSE(inspectWith("Traceback"));
}

TEST_F(Inspect, FailsOnAnAnswerOfAnotherShape) {
    const std::string answer = kAnswer;
    EXPECT_FALSE(inspectWith("[]"));
    EXPECT_FALSE(inspectWith("7"));
    EXPECT_FALSE(inspectWith("{}"));
    for (const std::string_view value : {"true", "\"no library\"", "{\"python\": \"3.13.5\"}"}) {
        const auto description =
            inspectWith(std::string(answer).replace(answer.find(value), value.size(), "7"));
        ASSERT_FALSE(description) << value;
        EXPECT_EQ(description.error().kind, ErrorKind::Internal);
    }
}

TEST_F(Inspect, PassesTheRunnersFailureOn) {
    const auto description = inspectWith(fail("no such interpreter"));
    ASSERT_FALSE(description);
    EXPECT_EQ(description.error().message, "no such interpreter");
}

TEST_F(Inspect, SaysEverythingInText) {
    const auto description = inspectWith(kAnswer);
    ASSERT_TRUE(description);
    const std::string text = toText(*description);
    for (const std::string_view part : {"target node", "emscripten", "3.13.5", "0.10 MB", "zlib",
                                        "no library", "does not work: RuntimeError: none"})
        EXPECT_NE(text.find(part), std::string::npos) << part << " is missing in\n" << text;
}

}  // namespace
}  // namespace taipan::inspect
