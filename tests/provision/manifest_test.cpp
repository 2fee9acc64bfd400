// SPDX-License-Identifier: Apache-2.0
#include "provision/manifest.h"

#include <gtest/gtest.h>

#include "tests/support/temporary.h"

namespace taipan::provision {
namespace {

namespace fs = std::filesystem;

class ManifestTest : public ::testing::Test {
  protected:
    void SetUp() override {
        output_.write("bin/product", "12345");
        output_.write("share/a file with spaces", "67890");
        fs::create_symlink("product", output_ / "bin/link");
        ASSERT_TRUE(writeManifest(output_.path(), {"bin/product"}));
        ASSERT_TRUE(allIntact(output_.path()));
        ASSERT_TRUE(productsIntact(output_.path()));
    }
    bool all() const { return allIntact(output_.path()); }
    bool products() const { return productsIntact(output_.path()); }

    testing::Temporary output_;
};

TEST_F(ManifestTest, NoticesAMissingFile) {
    fs::remove(output_ / "share/a file with spaces");
    EXPECT_TRUE(products());
    EXPECT_FALSE(all());
    fs::remove(output_ / "bin/product");
    EXPECT_FALSE(products());
}

TEST_F(ManifestTest, NoticesATruncatedFile) {
    fs::resize_file(output_ / "bin/product", 3);
    EXPECT_FALSE(products());
    EXPECT_FALSE(all());
}

TEST_F(ManifestTest, NoticesChangedBytesOfTheSameLength) {
    output_.write("bin/product", "12x45");
    EXPECT_FALSE(products());
    EXPECT_FALSE(all());
}

TEST_F(ManifestTest, ForgivesATouchedFile) {
    fs::last_write_time(output_ / "bin/product", fs::file_time_type::clock::now() + std::chrono::hours(1));
    EXPECT_TRUE(all());
    EXPECT_TRUE(products());
}

TEST_F(ManifestTest, NoticesALinkThatWasReplaced) {
    fs::remove(output_ / "bin/link");
    output_.write("bin/link", "product");
    EXPECT_FALSE(all());
}

TEST_F(ManifestTest, ATruncatedManifestIsDamageToo) {
    const std::string text = output_.read(kManifestName);
    output_.write(kManifestName, text.substr(0, text.size() / 2));
    EXPECT_FALSE(products());
    EXPECT_FALSE(all());
    fs::remove(output_ / kManifestName);
    EXPECT_FALSE(products());
}

TEST_F(ManifestTest, PathsThatLeadOutAreDamage) {
    const testing::Temporary elsewhere;
    elsewhere.write("file", "12345");
    ASSERT_TRUE(writeManifest(elsewhere.path(), {"file"}));
    const std::string line = elsewhere.read(kManifestName);
    for (const fs::path& path : {elsewhere / "file", fs::path("..") / elsewhere.path().filename() / "file"}) {
        output_.write(kManifestName, line.substr(0, line.find("file")) + path.string() + "\nend\n");
        EXPECT_FALSE(products()) << path;
        EXPECT_FALSE(all()) << path;
    }
}

TEST_F(ManifestTest, MoreFilesAreNoDamage) {
    output_.write("share/__pycache__/x.pyc", "x");
    EXPECT_TRUE(all());
}

TEST(Manifest, AMissingProductIsOurFault) {
    const testing::Temporary output;
    const auto written = writeManifest(output.path(), {"nothing"});
    ASSERT_FALSE(written);
    EXPECT_EQ(written.error().kind, ErrorKind::Internal);
}

}  // namespace
}  // namespace taipan::provision
