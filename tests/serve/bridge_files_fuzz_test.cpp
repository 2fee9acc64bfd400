// SPDX-License-Identifier: Apache-2.0
//
// Programs of file calls, each line one, as a damaged or a hostile program in the browser would make them.
// They may do what they like inside of the root; nothing outside of it is shown or changed.
#include <sys/stat.h>
#include <unistd.h>

#include <array>

#include "serve/bridge_files.h"
#include "support/text.h"
#include "tests/support/mutations.h"
#include "tests/support/temporary.h"

namespace taipan::serve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// "@" stands for the root, "#" for the handle that was opened last.
const testing::Corpus kPrograms{
    {"open {\"path\":\"@/file.txt\",\"flags\":66,\"mode\":420}\nread {\"handle\":#,\"length\":10}\n",
     "stat {\"path\":\"@/folder/../link-out\",\"follow\":true}\nreaddir {\"path\":\"@\"}\n",
     "symlink {\"path\":\"@/new\",\"target\":\"../outside\"}\nstat "
     "{\"path\":\"@/new/secret\",\"follow\":true}\n",
     "rename {\"path\":\"@/folder\",\"to\":\"@/other\"}\nmkdir {\"path\":\"@/folder\",\"mode\":511}\n",
     "link {\"path\":\"@/link-file\",\"to\":\"@/hard\"}\nreadlink {\"path\":\"@/hard\"}\n"
     "open {\"path\":\"@/hard\",\"flags\":0}\n",
     "utimes {\"path\":\"@/file.txt\",\"atime\":\"now\",\"mtime\":\"-1\",\"follow\":true}\n",
     "chmod {\"path\":\"@/link-in\",\"mode\":448}\nchown {\"path\":\"@/link-out\",\"uid\":-1,\"gid\":0}\n",
     "truncate {\"path\":\"@/file.txt\",\"size\":3}\nunlink {\"path\":\"@/file.txt\"}\n",
     "realpath {\"path\":\"@/link-in\"}\naccess {\"path\":\"@/./folder/\",\"mode\":4}\nrmdir "
     "{\"path\":\"@\"}\n",
     "open {\"path\":\"@/made\",\"flags\":194,\"mode\":420}\nwrite {\"handle\":#,\"position\":2}\nftruncate "
     "{\"handle\":#,\"size\":9}\nclose {\"handle\":#}\n"},
    {"/..",
     "/../",
     "..\\u0000",
     "\\u0000",
     "@",
     "/",
     "//",
     ".",
     "link-out",
     "link-file",
     "link-in",
     "loop",
     "outside/secret",
     "../../outside",
     "\"follow\":true,",
     "\"follow\":false,",
     "null",
     "1e300",
     "-1",
     "9223372036854775807",
     "-9223372036854775808",
     "\"-9223372036854775808\"",
     "open ",
     "readdir ",
     "stat ",
     "chmod ",
     "unlink ",
     "fsync ",
     "duplicate ",
     "seek ",
     "futimes ",
     "fchmod ",
     "fstat ",
     "\n"}};

constexpr size_t kMostCalls = 20;

/// A root to play in and what lies around it, made anew for every program.
class Playground {
  public:
    explicit Playground(const fs::path& folder) : folder_(folder) {
        fs::create_directories(root() / "folder");
        fs::create_directories(folder_ / "outside");
        EXPECT_TRUE(writeFile(root() / "file.txt", "inside"));
        EXPECT_TRUE(writeFile(folder_ / "outside/secret", "SECRET"));
        fs::create_symlink("../outside", root() / "link-out");
        fs::create_symlink("../outside/secret", root() / "link-file");
        fs::create_symlink("folder", root() / "link-in");
        fs::create_symlink("loop", root() / "loop");
        before_ = outside();
    }
    Playground(const Playground&) = delete;
    Playground& operator=(const Playground&) = delete;
    ~Playground() { (void)removeTree(folder_); }

    fs::path root() const { return folder_ / "root"; }

    void expectUntouched() const {
        for (size_t at = 0; const struct stat& now : outside()) {
            const struct stat& then = before_[at++];
            EXPECT_EQ(now.st_ino, then.st_ino);
            EXPECT_EQ(now.st_mode, then.st_mode);
            EXPECT_EQ(now.st_nlink, then.st_nlink);
            EXPECT_EQ(now.st_ctim.tv_sec, then.st_ctim.tv_sec);
            EXPECT_EQ(now.st_ctim.tv_nsec, then.st_ctim.tv_nsec);
        }
    }

    void expectOfTheInside(std::string_view name, const Reply& reply) const {
        EXPECT_FALSE(reply.bytes.contains("SECRET"));
        expectInodeOfTheInside(reply.values);
        if (reply.values.contains("entries")) {
            for (const json& entry : reply.values["entries"])
                expectInodeOfTheInside(entry);
        }
        if (name == "realpath" && reply.values.contains("path"))
            expectInside(reply.values["path"].get<std::string>());
        if (reply.values.contains("handle")) {
            expectInodeOfTheInside(reply.values["stat"]);
            std::error_code error;
            expectInside(fs::read_symlink(fs::path("/proc/self/fd") / reply.values["handle"].dump(), error));
        }
    }

  private:
    /// The root's parent, the folder beside it, and the file therein.
    std::array<struct stat, 3> outside() const {
        std::array<struct stat, 3> all{};
        EXPECT_EQ(::stat(folder_.c_str(), &all[0]), 0);
        EXPECT_EQ(::stat((folder_ / "outside").c_str(), &all[1]), 0);
        EXPECT_EQ(::stat((folder_ / "outside/secret").c_str(), &all[2]), 0);
        return all;
    }

    void expectInodeOfTheInside(const json& values) const {
        for (const struct stat& one : before_) {
            EXPECT_NE(values.value("ino", ""), std::to_string(one.st_ino));
        }
    }

    void expectInside(const fs::path& path) const {
        EXPECT_TRUE((path / "").string().starts_with((root() / "").string())) << path;
    }

    fs::path folder_;
    std::array<struct stat, 3> before_{};
};

std::string replaced(std::string text, char mark, const std::string& by) {
    for (size_t at = text.find(mark); at != std::string::npos; at = text.find(mark, at + by.size()))
        text.replace(at, 1, by);
    return text;
}

TEST(BridgeFilesFuzz, NothingOutsideIsShownOrChanged) {
    const testing::Temporary temporary;
    const fs::path home = fs::canonical(temporary.path());
    testing::fuzz(kPrograms, 300, [&](const std::string& program) {
        const Playground playground(home / "play");
        BridgeFiles files({playground.root()});
        size_t calls = 0;
        std::string handle = "0";
        for (const std::string& line : splitLines(replaced(program, '@', playground.root()))) {
            const size_t space = std::min(line.find(' '), line.size());
            const std::string name = line.substr(0, space);
            json arguments = json::parse(replaced(line.substr(space), '#', handle), nullptr, false);
            if (!arguments.is_object() || ++calls > kMostCalls)
                continue;
            const Reply reply = files.call(name, {.arguments = std::move(arguments), .bytes = "bytes"});
            EXPECT_TRUE(decodeCall(encodeReply(reply)));
            playground.expectOfTheInside(name, reply);
            handle = reply.values.contains("handle") ? reply.values["handle"].dump() : handle;
        }
        playground.expectUntouched();
    });
}

TEST(BridgeFilesFuzz, NoPathLeadsOut) {
    const testing::Corpus paths{{"@/file.txt", "@/folder/../link-out", "@", "@/..", "@/link-in/made",
                                 "@/link-file", "@/folder/./../loop"},
                                {"..", "/", "/..", "../", ".", std::string(1, '\0'), std::string("/..\0", 4),
                                 "link-out", "link-in", "outside", "secret", "@"}};
    const testing::Temporary temporary;
    const fs::path home = fs::canonical(temporary.path());
    testing::fuzz(paths, 200, [&](const std::string& input) {
        const Playground playground(home / "play");
        BridgeFiles files({playground.root()});
        const std::string path = replaced(input, '@', playground.root());
        for (const std::string_view name : {"stat", "readdir", "readlink", "realpath", "access", "open",
                                            "chmod", "utimes", "truncate", "mkdir", "rmdir", "unlink"}) {
            for (const bool follow : {true, false}) {
                const json arguments{{"path", path},   {"follow", follow}, {"mode", 0700},
                                     {"atime", "now"}, {"mtime", "now"},   {"flags", follow ? 0 : 0100}};
                const Reply reply = files.call(name, {.arguments = arguments, .bytes = {}});
                playground.expectOfTheInside(name, reply);
            }
        }
        playground.expectUntouched();
    });
}

}  // namespace
}  // namespace taipan::serve
