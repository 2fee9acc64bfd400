// SPDX-License-Identifier: Apache-2.0
//
// The file calls on a real folder, and above all what they refuse.
#include "serve/bridge_files.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "support/files.h"
#include "tests/support/temporary.h"

namespace taipan::serve {
namespace {

namespace fs = std::filesystem;
using nlohmann::json;

/// O_* bits as the interpreter sends them.
constexpr int kWriteOnly = 1;
constexpr int kCreate = 0100;
constexpr int kExclusive = 0200;
constexpr int kAppend = 02000;

class BridgeFilesTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(writeFile(root_ / "file.txt", "inside"));
        ASSERT_TRUE(writeFile(outside_ / "secret.txt", "outside"));
    }

    Reply call(std::string_view name, json arguments, std::string_view bytes = {}) {
        return files_.call(name, {.arguments = std::move(arguments), .bytes = bytes});
    }

    static std::string errnoOf(const Reply& reply) { return reply.values.value("errno", ""); }

    Reply open(const fs::path& path, int flags = 0) {
        return call("open", {{"path", path.string()}, {"flags", flags}, {"mode", 0644}});
    }

    std::string read(const Reply& opened) {
        return call("read", {{"handle", opened.values.at("handle")}, {"length", 100}, {"position", 0}}).bytes;
    }

    testing::Temporary temporary_;
    fs::path root_ = temporary_.path() / "root";
    fs::path outside_ = temporary_.path() / "outside";
    // Made in the right order: the folder has to be there before its real path is asked for.
    bool made_ = fs::create_directories(root_) && fs::create_directories(outside_);
    BridgeFiles files_{{root_}};
};

TEST_F(BridgeFilesTest, ReadsAndWritesRealFiles) {
    const Reply file = open(root_ / "file.txt");
    ASSERT_EQ(errnoOf(file), "");
    EXPECT_EQ(file.values.at("stat").at("size"), 6);
    EXPECT_EQ(read(file), "inside");

    const Reply made = open(root_ / "new.txt", kWriteOnly | kCreate | kExclusive);
    const json handle = made.values.at("handle");
    EXPECT_EQ(call("write", {{"handle", handle}, {"position", 0}}, "text").values.at("count"), 4);
    EXPECT_EQ(call("fstat", {{"handle", handle}}).values.at("size"), 4);
    EXPECT_EQ(errnoOf(call("close", {{"handle", handle}})), "");
    EXPECT_EQ(errnoOf(call("close", {{"handle", handle}})), "EBADF");
    EXPECT_EQ(*readFile(root_ / "new.txt"), "text");
    EXPECT_EQ(errnoOf(open(root_ / "new.txt", kWriteOnly | kCreate | kExclusive)), "EEXIST");
    EXPECT_EQ(errnoOf(open(root_ / "folder/", kWriteOnly | kCreate)), "EISDIR");
    EXPECT_FALSE(std::filesystem::exists(root_ / "folder"));
}

TEST_F(BridgeFilesTest, NoPathEndsAtANul) {
    // System calls would read the first as "root/..", which is outside.
    const std::string up = root_.string() + "/.." + std::string(1, '\0');
    EXPECT_EQ(errnoOf(call("readdir", {{"path", up}})), "EINVAL");
    EXPECT_EQ(errnoOf(call("stat", {{"path", up}, {"follow", true}})), "EINVAL");
    const std::string target("file.txt\0x", 10);
    EXPECT_EQ(errnoOf(call("symlink", {{"path", (root_ / "l").string()}, {"target", target}})), "EINVAL");
    EXPECT_EQ(errnoOf(call("rename", {{"path", (root_ / "file.txt").string()}, {"to", up}})), "EINVAL");
}

TEST_F(BridgeFilesTest, TimesAtTheEndOfNumbers) {
    const std::string path = (root_ / "file.txt").string();
    for (const char* time : {"-9223372036854775808", "9223372036854775807", "-1", "nonsense"}) {
        const Reply reply =
            call("utimes", {{"path", path}, {"atime", time}, {"mtime", time}, {"follow", true}});
        EXPECT_EQ(errnoOf(reply), "") << time;
    }
    call("utimes", {{"path", path}, {"atime", "omit"}, {"mtime", "-1500000000"}, {"follow", true}});
    EXPECT_EQ(call("stat", {{"path", path}}).values.at("mtime"), "-1500000000");
}

TEST_F(BridgeFilesTest, AppendsWhateverThePosition) {
    const Reply file = open(root_ / "file.txt", kWriteOnly | kAppend);
    call("write", {{"handle", file.values.at("handle")}, {"position", 0}}, "!");
    EXPECT_EQ(*readFile(root_ / "file.txt"), "inside!");
}

TEST_F(BridgeFilesTest, RefusesPathsThatLeadOut) {
    EXPECT_EQ(errnoOf(open(outside_ / "secret.txt")), "EACCES");
    EXPECT_EQ(errnoOf(open(root_ / ".." / "outside" / "secret.txt")), "EACCES");
    EXPECT_EQ(errnoOf(call("stat", {{"path", (root_ / "..").string()}, {"follow", true}})), "EACCES");
    EXPECT_EQ(errnoOf(call("readdir", {{"path", outside_.string()}})), "EACCES");
    EXPECT_EQ(errnoOf(call("unlink", {{"path", (outside_ / "secret.txt").string()}})), "EACCES");
    EXPECT_EQ(
        errnoOf(call("rename", {{"path", (root_ / "file.txt").string()}, {"to", (outside_ / "x").string()}})),
        "EACCES");
    EXPECT_EQ(errnoOf(call("stat", {{"path", "relative"}})), "EINVAL");
    EXPECT_TRUE(fs::exists(outside_ / "secret.txt"));
}

TEST_F(BridgeFilesTest, RefusesLinksThatLeadOut) {
    fs::create_symlink(outside_ / "secret.txt", root_ / "link");
    fs::create_directory_symlink(outside_, root_ / "folder");
    fs::create_symlink(outside_ / "made.txt", root_ / "dangling");
    EXPECT_EQ(errnoOf(open(root_ / "link")), "EACCES");
    EXPECT_EQ(errnoOf(open(root_ / "folder" / "secret.txt")), "EACCES");
    EXPECT_EQ(errnoOf(open(root_ / "dangling", kWriteOnly | kCreate)), "EACCES");
    EXPECT_FALSE(fs::exists(outside_ / "made.txt"));
    EXPECT_EQ(errnoOf(call("chmod", {{"path", (root_ / "link").string()}, {"mode", 0}})), "EACCES");
    // The link itself is inside and may be looked at and removed.
    EXPECT_EQ(errnoOf(call("stat", {{"path", (root_ / "link").string()}, {"follow", false}})), "");
    EXPECT_EQ(errnoOf(call("unlink", {{"path", (root_ / "link").string()}})), "");
    EXPECT_TRUE(fs::exists(outside_ / "secret.txt"));
}

TEST_F(BridgeFilesTest, FollowsLinksThatStayInside) {
    fs::create_symlink("file.txt", root_ / "near");
    fs::create_symlink(root_ / "near", root_ / "far");
    EXPECT_EQ(read(open(root_ / "far")), "inside");
    EXPECT_EQ(call("readlink", {{"path", (root_ / "near").string()}}).values.at("path"), "file.txt");
    fs::create_symlink("loop", root_ / "loop");
    EXPECT_EQ(errnoOf(open(root_ / "loop")), "ELOOP");
}

TEST_F(BridgeFilesTest, ASiblingWithALongerNameIsNotInside) {
    ASSERT_TRUE(writeFile(temporary_.path() / "root-2" / "x", "y"));
    EXPECT_EQ(errnoOf(open(temporary_.path() / "root-2" / "x")), "EACCES");
}

TEST_F(BridgeFilesTest, FoldersAreMadeListedAndRemoved) {
    EXPECT_EQ(errnoOf(call("mkdir", {{"path", (root_ / "d").string()}, {"mode", 0755}})), "");
    EXPECT_EQ(errnoOf(call("mkdir", {{"path", (root_ / "d").string()}, {"mode", 0755}})), "EEXIST");
    const json entries = call("readdir", {{"path", root_.string()}}).values.at("entries");
    EXPECT_EQ(entries.size(), 2U);
    EXPECT_EQ(errnoOf(call("readdir", {{"path", (root_ / "file.txt").string()}})), "ENOTDIR");
    EXPECT_EQ(errnoOf(call("rmdir", {{"path", (root_ / "d").string()}})), "");
    EXPECT_EQ(errnoOf(call("stat", {{"path", (root_ / "d").string()}})), "ENOENT");
}

TEST_F(BridgeFilesTest, TimesKeepTheirNanoseconds) {
    const std::string path = (root_ / "file.txt").string();
    call("utimes",
         {{"path", path}, {"atime", "1600000000123456789"}, {"mtime", "-5500000000"}, {"follow", true}});
    const json stat = call("stat", {{"path", path}, {"follow", true}}).values;
    EXPECT_EQ(stat.at("atime"), "1600000000123456789");
    EXPECT_EQ(stat.at("mtime"), "-5500000000");
}

TEST_F(BridgeFilesTest, OwnersChangeOnlyWhereAsked) {
    const std::string path = (root_ / "file.txt").string();
    const auto owners = [&](const fs::path& of) {
        const json stat = call("stat", {{"path", of.string()}, {"follow", false}}).values;
        return std::pair(stat.at("uid").get<long>(), stat.at("gid").get<long>());
    };
    const auto before = owners(path);
    EXPECT_EQ(errnoOf(call("chown", {{"path", path}, {"uid", -1}, {"gid", -1}, {"follow", true}})), "");
    EXPECT_EQ(owners(path), before);
    if (::geteuid() != 0) {
        EXPECT_EQ(errnoOf(call("chown", {{"path", path}, {"uid", 1}, {"gid", -1}, {"follow", true}})),
                  "EPERM");
        return;
    }
    fs::create_symlink("file.txt", root_ / "link");
    call("chown", {{"path", (root_ / "link").string()}, {"uid", 3}, {"gid", 4}, {"follow", false}});
    EXPECT_EQ(owners(root_ / "link"), std::pair(3L, 4L));
    EXPECT_EQ(owners(path), before);
    call("chown", {{"path", (root_ / "link").string()}, {"uid", 5}, {"gid", -1}, {"follow", true}});
    EXPECT_EQ(owners(path), std::pair(5L, before.second));
    const Reply file = open(path);
    call("fchown", {{"handle", file.values.at("handle")}, {"uid", -1}, {"gid", 6}});
    EXPECT_EQ(owners(path), std::pair(5L, 6L));
}

TEST_F(BridgeFilesTest, UnknownAndMalformedCallsAreAnswered) {
    EXPECT_EQ(errnoOf(call("format-disk", json::object())), "ENOSYS");
    EXPECT_EQ(errnoOf(call("read", {{"handle", "seven"}})), "EBADF");
    EXPECT_EQ(errnoOf(call("stat", {{"path", 7}})), "EINVAL");
}

}  // namespace
}  // namespace taipan::serve
