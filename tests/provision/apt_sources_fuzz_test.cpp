// SPDX-License-Identifier: Apache-2.0
//
// The machine's apt configuration, whoever wrote it.
#include "provision/apt_sources.h"
#include "support/text.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary.h"

namespace taipan::provision {
namespace {

const testing::Corpus kLists{
    {"deb [arch=amd64 signed-by=/k/a.gpg,/k/b.gpg] http://mirror.example/debian bookworm main contrib # "
     "tail\n",
     "deb-src http://mirror.example/debian bookworm main\ndeb[trusted=yes] file:/local ./\n"},
    {"deb ", "deb-src ", "[", "]", "signed-by=", "#", "\n", "\t", "\r", "main", ",", "stable"}};

const testing::Corpus kParagraphs{
    {"Types: deb deb-src\nURIs: http://mirror.example/debian\nSuites: bookworm\nComponents: main\n"
     "Signed-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n abc\n\n",
     "Types: deb\nURIs: http://other.example\n# between\nSuites: bookworm stable\nEnabled: no\n",
     "types: deb\nuris: a\n\tb\nsuites: bookworm\ncomponents: main\nsigned-by: /k/a.gpg /k/b.gpg\n"},
    {":", "\n", "\n\n", "\n ", "\n#", " ", "\t", "\r\n", "URIs:", "Signed-By:", "Enabled: no", "Types: deb"}};

void expectWords(const std::vector<std::string>& words) {
    for (const std::string& word : words) {
        EXPECT_FALSE(word.empty());
        EXPECT_EQ(word.find_first_of(" \t\r\n"), std::string::npos) << word;
    }
}

void expectSource(const AptSource& source) {
    expectWords(source.types);
    expectWords(source.uris);
    expectWords(source.suites);
    expectWords(source.components);
}

/// A key's lines, without the space around them.
std::vector<std::string> linesOf(std::string_view signed_by) {
    std::vector<std::string> lines;
    for (const std::string& line : splitLines(signed_by)) {
        if (!trim(line).empty())
            lines.emplace_back(trim(line));
    }
    return lines;
}

/// What we write for our own apt says what the machine's configuration said, and not a field more.
void expectWrittenTheSame(const DebianMirror& mirror) {
    const std::vector<AptSource> again = parseDeb822Sources(deb822Sources(mirror, "trixie"));
    ASSERT_EQ(again.size(), 1U);
    EXPECT_EQ(again[0].types, (std::vector<std::string>{"deb", "deb-src"}));
    EXPECT_EQ(again[0].uris, std::vector{mirror.uri});
    EXPECT_EQ(again[0].suites, std::vector<std::string>{"trixie"});
    EXPECT_EQ(again[0].components, std::vector<std::string>{"main"});
    EXPECT_EQ(linesOf(again[0].signed_by), linesOf(mirror.signed_by));
    EXPECT_TRUE(again[0].enabled);
}

TEST(AptSourcesFuzz, OneLineSourcesAreWholeAndCanBeWritten) {
    testing::fuzz(kLists, 3000, [](const std::string& text) {
        const std::vector<AptSource> sources = parseOneLineSources(text);
        EXPECT_LE(sources.size(), splitLines(text).size());
        for (const AptSource& source : sources) {
            expectSource(source);
            ASSERT_EQ(source.types.size(), 1U);
            ASSERT_EQ(source.uris.size(), 1U);
            ASSERT_EQ(source.suites.size(), 1U);
            expectWrittenTheSame({source.uris[0], source.signed_by});
        }
    });
}

TEST(AptSourcesFuzz, ParagraphsCanBeWritten) {
    testing::fuzz(kParagraphs, 3000, [](const std::string& text) {
        for (const AptSource& source : parseDeb822Sources(text)) {
            expectSource(source);
            for (const std::string& uri : source.uris)
                expectWrittenTheSame({uri, source.signed_by});
        }
    });
}

TEST(AptSourcesFuzz, AMachineHasAMirrorOrIsToldWhatToDo) {
    const testing::Temporary root;
    root.write("etc/os-release", "ID=debian\nVERSION_CODENAME=bookworm\n");
    testing::fuzz(kParagraphs, 300, [&](const std::string& text) {
        root.write("etc/apt/sources.list.d/debian.sources", text);
        if (const auto mirror = debianMirror(root.path())) {
            expectWords({mirror->uri});
        } else {
            EXPECT_FALSE(mirror.error().hint.empty());
        }
    });
    root.write("etc/apt/sources.list.d/debian.sources", kParagraphs.seeds[0]);
    const testing::Corpus releases{{"NAME=\"Debian GNU/Linux\"\nID=debian\nVERSION_CODENAME=bookworm\n"},
                                   {"\"", "'", "=", "\n", "ID=", "ID=debian", "VERSION_CODENAME="}};
    testing::fuzz(releases, 300, [&](const std::string& text) {
        root.write("etc/os-release", text);
        const auto mirror = debianMirror(root.path());
        if (!mirror) {
            EXPECT_EQ(describe(mirror.error()).find('\n'), describe(mirror.error()).size() - 1);
        }
    });
}

}  // namespace
}  // namespace taipan::provision
