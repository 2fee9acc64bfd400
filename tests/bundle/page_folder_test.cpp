// SPDX-License-Identifier: Apache-2.0
#include "bundle/page_folder.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "support/files.h"
#include "tests/support/temporary.h"

namespace taipan::bundle {
namespace {

namespace fs = std::filesystem;
using testing::Temporary;

using Names = std::vector<std::string>;

Names namesIn(const fs::path& folder) {
    Names names;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder))
        names.push_back(entry.path().filename().string());
    std::ranges::sort(names);
    return names;
}

/// A folder as web/node/pack-page.ts makes it.
void makePage(const Temporary& folder, const std::string& name, const std::string& program) {
    const std::string page = R"(<meta name="generator" content="Taipan" /><script data-program=")" + program +
                             R"(" src="page.1.js"></script>)";
    folder.write(name + "/index.html", page);
    folder.write(name + "/index.html.gz", "packed page of " + program);
    folder.write(name + "/" + program, "program");
    folder.write(name + "/" + program + ".br", "packed program");
    folder.write(name + "/page.1.js", "script");
}

TEST(PageFolder, IsMadeWithNothingBeside) {
    const Temporary folder;
    makePage(folder, "made", "program.1.wasm");
    const Result<Names> placed = placePageFolder(folder / "made", folder / "site");
    ASSERT_TRUE(placed);
    EXPECT_EQ(*placed, namesIn(folder / "site"));
    EXPECT_EQ(placed->size(), 5U);
    EXPECT_EQ(folder.read("site/program.1.wasm"), "program");
    EXPECT_EQ(namesIn(folder.path()), (Names{"made", "site"}));
}

TEST(PageFolder, OfBeforeIsReplacedAndOthersFilesStay) {
    const Temporary folder;
    makePage(folder, "first", "program.1.wasm");
    makePage(folder, "second", "program.2.wasm");
    fs::create_directories(folder / "site");
    ASSERT_TRUE(placePageFolder(folder / "first", folder / "site"));
    folder.write("site/CNAME", "example.org");
    folder.write("site/.git/config", "theirs");
    ASSERT_TRUE(placePageFolder(folder / "second", folder / "site"));
    EXPECT_EQ(namesIn(folder / "site"), (Names{".git", "CNAME", "index.html", "index.html.gz", "page.1.js",
                                               "program.2.wasm", "program.2.wasm.br"}));
    EXPECT_EQ(folder.read("site/index.html.gz"), "packed page of program.2.wasm");
}

TEST(PageFolder, OfOthersIsRefused) {
    const Temporary folder;
    makePage(folder, "made", "program.1.wasm");
    folder.write("photos/index.html", "<h1>Photos</h1>");
    folder.write("notes/todo.txt", "milk");
    folder.write("file", "text");
    for (const char* const name : {"photos", "notes", "file"}) {
        const Result<void> checked = checkPageFolder(folder / name);
        ASSERT_FALSE(checked) << name;
        EXPECT_EQ(checked.error().kind, ErrorKind::Misuse);
        EXPECT_NE(checked.error().message.find(name), std::string::npos);
    }
    EXPECT_FALSE(placePageFolder(folder / "made", folder / "photos"));
    EXPECT_EQ(namesIn(folder / "photos"), Names{"index.html"});
    EXPECT_TRUE(checkPageFolder(folder / "nothing"));
}

TEST(PageFolder, ThatCannotBeMadeLeavesTheOneBefore) {
    const Temporary folder;
    makePage(folder, "first", "program.1.wasm");
    makePage(folder, "second", "program.2.wasm");
    ASSERT_TRUE(placePageFolder(folder / "first", folder / "site"));
    fs::create_directories(folder / "site/program.2.wasm");  // in the way, and no page names it
    folder.write("site/program.2.wasm/theirs", "kept");
    EXPECT_FALSE(placePageFolder(folder / "second", folder / "site"));
    EXPECT_EQ(folder.read("site/index.html"), folder.read("first/index.html"));
    EXPECT_EQ(folder.read("site/program.1.wasm"), "program");
    EXPECT_EQ(folder.read("site/program.2.wasm/theirs"), "kept");
}

}  // namespace
}  // namespace taipan::bundle
