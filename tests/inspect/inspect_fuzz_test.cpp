// SPDX-License-Identifier: Apache-2.0
//
// What an interpreter says of itself may be mixed with what else it prints.
#include "inspect/inspect.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary.h"

namespace taipan::inspect {
namespace {

const testing::Corpus kAnswers{
    {R"({"identity": {"sys.platform": "emscripten", "maxsize": 7}, "versions": {"python": "3.13.5"},
"modules": {"zlib": {"kind": "built in", "note": ""}, "_curses": {"kind": "absent", "note": "no library"}},
"features": {"files": {"works": true, "why": ""}, "threads": {"works": false, "why": "RuntimeError: none"}}})",
     R"({"identity": {}, "versions": {}, "modules": {}, "features": {}})"},
    {"{}", "[]", "null", "7", "\"text\"", "{", "}", "\"identity\":", "\"kind\":", "\"works\":", "true",
     "\"\\ud800\"", "1e400", ","}};

TEST(InspectFuzz, AnAnswerIsDescribedOrRefused) {
    const testing::Temporary folder;
    interpreter::Installation installation;
    installation.python = folder.path();
    installation.standard_library = folder / "lib";
    ASSERT_TRUE(createDirectories(installation.standard_library));
    testing::fuzz(kAnswers, 2000, [&](const std::string& answer) {
        const auto description =
            inspectTarget(interpreter::Target::Node, installation,
                          [&](interpreter::Target, const std::vector<std::string>&) { return answer; });
        if (!description) {
            EXPECT_EQ(description.error().kind, ErrorKind::Internal);
            return;
        }
        EXPECT_TRUE(toText(*description).starts_with("target node\n"));
        EXPECT_EQ(nlohmann::json::parse(description->dump()), *description);
    });
}

}  // namespace
}  // namespace taipan::inspect
