// SPDX-License-Identifier: Apache-2.0
#include "serve/assets.h"

#include <gtest/gtest.h>

#include "support/files.h"
#include "tests/support/temporary.h"

namespace taipan::serve {
namespace {

TEST(MediaType, IsKnownForWhatAPageLoads) {
    EXPECT_EQ(mediaTypeOf("python.wasm"), "application/wasm");
    EXPECT_EQ(mediaTypeOf("page.mjs"), "text/javascript; charset=utf-8");
    EXPECT_EQ(mediaTypeOf("index.html"), "text/html; charset=utf-8");
    EXPECT_EQ(mediaTypeOf("unknown.xyz"), "application/octet-stream");
}

TEST(AcceptEncoding, HonoursListsAndRefusals) {
    EXPECT_TRUE(acceptsEncoding("gzip, deflate, br", "br"));
    EXPECT_TRUE(acceptsEncoding("br;q=0.5,gzip", "br"));
    EXPECT_FALSE(acceptsEncoding("br;q=0, gzip", "br"));
    EXPECT_FALSE(acceptsEncoding("br;q=0.000", "br"));
    EXPECT_FALSE(acceptsEncoding("brotli", "br"));
    EXPECT_FALSE(acceptsEncoding("", "gzip"));
}

class AssetsTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(writeFile(folder_ / "page.mjs", "one"));
        ASSERT_TRUE(writeFile(folder_ / "sub" / "icon.svg", "<svg/>"));
    }

    testing::Temporary temporary_;
    std::filesystem::path folder_ = temporary_.path();
};

TEST_F(AssetsTest, UrlChangesWithTheContentOnly) {
    const auto files = Assets::filesOf(folder_);
    ASSERT_TRUE(files);
    const std::string before = Assets::load(*files)->urlOf("page.mjs");
    EXPECT_EQ(Assets::load(*files)->urlOf("page.mjs"), before);
    ASSERT_TRUE(writeFile(folder_ / "page.mjs", "two"));
    EXPECT_NE(Assets::load(*files)->urlOf("page.mjs"), before);
    EXPECT_TRUE(before.starts_with("/assets/"));
    EXPECT_TRUE(before.ends_with("/page.mjs"));
}

TEST_F(AssetsTest, FilesOfAFolderAreNamedByTheirPathWithin) {
    const auto files = Assets::filesOf(folder_);
    ASSERT_TRUE(files);
    EXPECT_TRUE(files->contains("sub/icon.svg"));
    EXPECT_FALSE(Assets::filesOf(folder_ / "missing"));
}

TEST_F(AssetsTest, APageThatNamesAMissingAssetIsOurFault) {
    ASSERT_TRUE(writeFile(folder_ / "index.html", "<script src='{{gone.mjs}}'>"));
    const auto assets = Assets::load(*Assets::filesOf(folder_));
    ASSERT_FALSE(assets);
    EXPECT_EQ(assets.error().kind, ErrorKind::Internal);
    EXPECT_NE(assets.error().message.find("gone.mjs"), std::string::npos);
}

}  // namespace
}  // namespace taipan::serve
