// SPDX-License-Identifier: Apache-2.0
#include "provision/apt_sources.h"

#include <gtest/gtest.h>

#include "tests/support/temporary.h"

namespace taipan::provision {
namespace {

using Words = std::vector<std::string>;

TEST(AptSources, OneLine) {
    const auto sources = parseOneLineSources(
        "# comment\n"
        "deb [arch=amd64 signed-by=/k/a.gpg,/k/b.gpg] http://mirror.example/debian bookworm main contrib # "
        "tail\n"
        "deb-src http://mirror.example/debian bookworm main\n"
        "nonsense line\n"
        "deb[trusted=yes] file:/local ./\n");
    ASSERT_EQ(sources.size(), 3U);
    EXPECT_EQ(sources[0].signed_by, "/k/a.gpg /k/b.gpg");
    EXPECT_EQ(sources[0].uris, Words{"http://mirror.example/debian"});
    EXPECT_EQ(sources[0].components, (Words{"main", "contrib"}));
    EXPECT_EQ(sources[1].types, Words{"deb-src"});
    EXPECT_EQ(sources[2].suites, Words{"./"});
}

TEST(AptSources, Paragraphs) {
    const auto sources = parseDeb822Sources(
        "Types: deb deb-src\n"
        "# in between\n"
        "URIs: http://mirror.example/debian\n"
        "suites: bookworm bookworm-updates\n"
        "Components: main\n"
        "Signed-By:\n"
        " -----BEGIN PGP PUBLIC KEY BLOCK-----\n"
        " .\n"
        " abc\n"
        "\n\n"
        "Types: deb\n"
        "URIs: http://other.example\n"
        "Suites: x\n"
        "Enabled: no\n");
    ASSERT_EQ(sources.size(), 2U);
    EXPECT_EQ(sources[0].types, (Words{"deb", "deb-src"}));
    EXPECT_EQ(sources[0].suites, (Words{"bookworm", "bookworm-updates"}));
    EXPECT_EQ(sources[0].signed_by, "\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc");
    EXPECT_TRUE(sources[0].enabled);
    EXPECT_FALSE(sources[1].enabled);
}

class DebianMirrorTest : public ::testing::Test {
  protected:
    void SetUp() override { root_.write("etc/os-release", "ID=debian\nVERSION_CODENAME=\"bookworm\"\n"); }
    testing::Temporary root_;
};

TEST_F(DebianMirrorTest, IsTheOneThatServesTheMachinesRelease) {
    root_.write("etc/apt/sources.list",
                "deb http://security.example/debian-security bookworm-security main\n");
    root_.write("etc/apt/sources.list.d/a.list", "deb http://vendor.example/x cloud-bookworm main\n");
    root_.write("etc/apt/sources.list.d/debian.sources",
                "Types: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\n"
                "Signed-By: /k.gpg\n");
    const auto mirror = debianMirror(root_.path());
    ASSERT_TRUE(mirror) << mirror.error().message;
    EXPECT_EQ(mirror->uri, "http://mirror.example/debian");
    EXPECT_EQ(mirror->signed_by, "/k.gpg");
}

TEST_F(DebianMirrorTest, ReadsTheOldFormatToo) {
    root_.write("etc/apt/sources.list", "deb http://old.example/debian bookworm main\n");
    EXPECT_EQ(debianMirror(root_.path()).value().uri, "http://old.example/debian");
}

TEST_F(DebianMirrorTest, ADisabledOneDoesNotCount) {
    root_.write(
        "etc/apt/sources.list.d/debian.sources",
        "Enabled: no\nTypes: deb\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\n");
    EXPECT_FALSE(debianMirror(root_.path()));
}

TEST_F(DebianMirrorTest, AnotherDistributionIsToldWhatToSet) {
    root_.write("etc/os-release", "ID=fedora\n");
    const auto mirror = debianMirror(root_.path());
    ASSERT_FALSE(mirror);
    EXPECT_NE(mirror.error().hint.find("TAIPAN_CPYTHON_SOURCE"), std::string::npos);
}

}  // namespace
}  // namespace taipan::provision
