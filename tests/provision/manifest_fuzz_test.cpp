// SPDX-License-Identifier: Apache-2.0
//
// Damaged manifests: noticed, or still true of the files; never a way to files elsewhere.
#include <sys/stat.h>

#include "provision/manifest.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary.h"

namespace taipan::provision {
namespace {

namespace fs = std::filesystem;

/// An output and a file beside it.
class ManifestFuzz : public ::testing::Test {
  protected:
    void SetUp() override {
        folder_.write("elsewhere", "12345");
        folder_.write("output/bin/product", "12345");
        folder_.write("output/share/a file with spaces", "67890");
        fs::create_symlink("product", folder_ / "output/bin/link");
        ASSERT_TRUE(writeManifest(output_, {"bin/product"}));
        good_ = folder_.read("output/" + std::string(kManifestName));
        before_ = look();
    }

    struct stat look() const {
        struct stat found {};
        EXPECT_EQ(::stat((folder_ / "elsewhere").c_str(), &found), 0);
        return found;
    }

    void expectElsewhereUntouched() const {
        const struct stat after = look();
        EXPECT_EQ(after.st_ctim.tv_sec, before_.st_ctim.tv_sec);
        EXPECT_EQ(after.st_ctim.tv_nsec, before_.st_ctim.tv_nsec);
    }

    testing::Temporary folder_;
    fs::path output_ = folder_ / "output";
    std::string good_;
    struct stat before_ {};
};

TEST_F(ManifestFuzz, DamageIsNoticedOrHarmless) {
    const testing::Corpus manifests{{good_},
                                    {"../elsewhere", "..", "/dev/zero", "P 5 ", "L ", "F 0 0.0 ", "\nend\n",
                                     "\n", " ", "end", "0.", "99999999999999999999", "-1."}};
    testing::fuzz(manifests, 1000, [&](const std::string& text) {
        ASSERT_TRUE(writeFile(output_ / kManifestName, text));
        const bool all = allIntact(output_);
        const bool products = productsIntact(output_);
        EXPECT_TRUE(text.ends_with("\nend\n") || (!all && !products));
        expectElsewhereUntouched();
    });
    // Whatever was made of the times of the files, their content is what it was.
    ASSERT_TRUE(writeFile(output_ / kManifestName, good_));
    EXPECT_TRUE(allIntact(output_));
}

TEST_F(ManifestFuzz, NoPathLeadsElsewhere) {
    const testing::Corpus paths{{"bin/product", "../elsewhere", "bin/../../elsewhere", folder_ / "elsewhere"},
                                {"..", "/", "../", ".", "bin", "elsewhere"}};
    // Right for both files with these five bytes but for the time, which would be set.
    const std::string line = good_.substr(0, good_.find("bin/product"));
    const size_t time = line.find(' ', line.find(' ') + 1) + 1;
    const std::string touched = line.substr(0, time) + "1.0" + line.substr(line.find(' ', time));
    testing::fuzz(paths, 1000, [&](const std::string& path) {
        ASSERT_TRUE(writeFile(output_ / kManifestName, touched + path + "\nend\n"));
        const bool intact = productsIntact(output_);
        EXPECT_EQ(intact, allIntact(output_));
        std::error_code error;
        const fs::path real = fs::canonical(output_ / path, error);
        EXPECT_TRUE(!intact || real == fs::canonical(output_ / "bin/product")) << real;
        expectElsewhereUntouched();
    });
}

TEST(ManifestNamesFuzz, NamesComeBack) {
    const testing::Corpus names{{"file", "a file with spaces", "umlaut \xc3\xa4"},
                                {" ", "\t", "\r", "P ", "end", "\\"}};
    testing::fuzz(names, 200, [](const std::string& input) {
        std::string name = input.substr(0, 200);
        std::erase_if(name, [](char c) { return c == '/' || c == '\n' || c == '\0'; });
        if (name.empty() || name == "." || name == ".." || name == kManifestName)
            return;
        const testing::Temporary output;
        output.write(name, "content");
        ASSERT_TRUE(writeManifest(output.path(), {name}));
        EXPECT_TRUE(productsIntact(output.path()));
        EXPECT_TRUE(allIntact(output.path()));
        output.write(name, "CONTENT");
        EXPECT_FALSE(productsIntact(output.path()));
        EXPECT_FALSE(allIntact(output.path()));
    });
}

}  // namespace
}  // namespace taipan::provision
