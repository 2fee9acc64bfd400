// SPDX-License-Identifier: Apache-2.0
//
// Paths and headers of requests for assets: only what is in the table is ever answered.
#include "serve/assets.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary.h"

namespace taipan::serve {
namespace {

TEST(AssetsFuzz, OnlyAssetsAreAnswered) {
    const testing::Temporary folder;
    folder.write("secret", "SECRET");
    folder.write("page/index.html", "<script src=\"{{page.mjs}}\"></script>");
    folder.write("page/page.mjs", "plain");
    folder.write("page/page.mjs.br", "squeezed");
    folder.write("page/sub/icon.svg", "<svg/>");
    const Assets assets = *Assets::load(*Assets::filesOf(folder / "page"));
    const std::string url = assets.urlOf("page.mjs");
    const testing::Corpus paths{{"/", "/page.mjs", url, "/sub/icon.svg", "/assets/x/page.mjs", ""},
                                {"/", "..", "../secret", "/assets/", "//", "%2e", "index.html", "page.mjs",
                                 folder.path().string(), std::string(1, '\0')}};
    const std::vector<std::string> bodies{"plain", "squeezed", "<svg/>",
                                          *readFile(folder / "page/index.html")};
    testing::fuzz(paths, 5000, [&](const std::string& path) {
        const Response response = assets.answer({.path = path, .accept_encoding = {}, .if_none_match = {}});
        ASSERT_TRUE(response.status == 200 || response.status == 404) << response.status;
        EXPECT_FALSE(response.body.contains("SECRET"));
        // A query is answered the same under the URL that the answer's asset has for ever.
        const std::string name = path == "/" ? "index.html" : path.substr(path.empty() ? 0 : 1);
        if (!path.starts_with("/assets/")) {
            EXPECT_EQ(response.status == 200, !assets.urlOf(name).empty());
        }
    });
}

const testing::Corpus kHeaders{{"gzip, deflate, br", "br;q=0.5,gzip", "br;q=0, gzip;q=1.0", "*", "br"},
                               {"br", "gzip", ",", ";", "q=", "q=0", "0.", " ", "\t", "identity"}};

TEST(AssetsFuzz, AnAcceptedEncodingIsNamed) {
    testing::fuzz(kHeaders, 5000, [](const std::string& header) {
        const bool accepts = acceptsEncoding(header, "br");
        EXPECT_TRUE(!accepts || header.contains("br"));
        // More on offer changes nothing about what was said before, nor does space around it.
        EXPECT_TRUE(!accepts || acceptsEncoding(header + ", other", "br"));
        EXPECT_EQ(acceptsEncoding(" \t" + header + " ", "br"), accepts);
    });
}

TEST(AssetsFuzz, AMatchingTagIsTheWholeTag) {
    const testing::Temporary folder;
    folder.write("page.mjs", "plain");
    const Assets assets = *Assets::load(*Assets::filesOf(folder.path()));
    const auto ask = [&](std::string_view tag) {
        return assets.answer({.path = "/page.mjs", .accept_encoding = {}, .if_none_match = tag});
    };
    std::string own;
    for (const auto& [name, value] : ask("").headers)
        own = name == "ETag" ? value : own;
    ASSERT_EQ(ask(own).status, 304);
    testing::fuzz({{own}, {"\"", "W/", "-br", ","}}, 2000,
                  [&](const std::string& tag) { EXPECT_EQ(ask(tag).status, tag == own ? 304 : 200); });
}

TEST(AssetsFuzz, APageIsMadeOrRefused) {
    const testing::Temporary folder;
    folder.write("page.mjs", "plain");
    const testing::Corpus pages{
        {"<script src=\"{{page.mjs}}\"></script>", "{{page.mjs}}{{index.html}}", "text"},
        {"{{", "}}", "{{page.mjs}}", "{", "}"}};
    testing::fuzz(pages, 300, [&](const std::string& page) {
        folder.write("index.html", page);
        const Result<Assets> assets = Assets::load(*Assets::filesOf(folder.path()));
        if (assets) {
            const Response response =
                assets->answer({.path = "/", .accept_encoding = {}, .if_none_match = {}});
            EXPECT_EQ(response.status, 200);
            EXPECT_FALSE(response.body.contains("{{page.mjs}}"));
        }
    });
}

}  // namespace
}  // namespace taipan::serve
