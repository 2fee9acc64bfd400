// SPDX-License-Identifier: Apache-2.0
//
// The server over a real socket.
#include "serve/server.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <cstring>
#include <thread>

#include "serve/bridge.h"
#include "support/file_descriptor.h"
#include "support/files.h"
#include "tests/support/temporary.h"

namespace taipan::serve {
namespace {

/// Sends a whole request and reads until the server closes.
std::string exchange(int port, const std::string& request) {
    const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (::connect(socket.number(), reinterpret_cast<sockaddr*>(&address), sizeof address) != 0 ||
        ::send(socket.number(), request.data(), request.size(), MSG_NOSIGNAL) < 0) {
        return {};
    }
    std::string answer;
    char block[4096];
    for (ssize_t count = 0; (count = ::recv(socket.number(), block, sizeof block, 0)) > 0;) {
        answer.append(block, static_cast<size_t>(count));
    }
    return answer;
}

std::string packed(std::string_view values, std::string_view bytes = {}) {
    const auto length = static_cast<uint32_t>(values.size());
    std::string body(sizeof length, '\0');
    std::memcpy(body.data(), &length, sizeof length);
    return body.append(values).append(bytes);
}

class ServerTest : public ::testing::Test {
  protected:
    void SetUp() override {
        ASSERT_TRUE(writeFile(folder_ / "index.html", "<script src=\"{{page.mjs}}\"></script>"));
        ASSERT_TRUE(writeFile(folder_ / "page.mjs", "plain"));
        ASSERT_TRUE(writeFile(temporary_.path() / "secret", "secret"));
        // Compressed siblings are no assets of their own here.
        ASSERT_TRUE(writeFile(folder_ / "page.mjs.br", "squeezed"));
        bridge_ = *Bridge::create({.arguments = {"-c", "pass"},
                                   .environment = {{"NAME", "value"}},
                                   .working_directory = folder_,
                                   .roots = {folder_},
                                   .input = pipe_[0].number(),
                                   .output = output_.number(),
                                   .error = output_.number()});
        Result<Assets> assets = Assets::load(*Assets::filesOf(folder_));
        ASSERT_TRUE(assets) << describe(assets.error());
        page_url_ = assets->urlOf("page.mjs");
        Result<Server> server = Server::start(std::move(*assets), {.port = 0, .bridge = bridge_.get()});
        ASSERT_TRUE(server) << describe(server.error());
        server_ = std::make_unique<Server>(std::move(*server));
    }

    void TearDown() override {
        bridge_->close();
        server_.reset();
    }

    std::string get(const std::string& path, const std::string& headers = {}) {
        return exchange(server_->port(),
                        fmt::format("GET {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n{}\r\n",
                                    path, server_->port(), headers));
    }

    std::string post(const std::string& path, const std::string& token, const std::string& body) {
        return exchange(server_->port(),
                        fmt::format("POST {} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: close\r\n"
                                    "X-Taipan-Token: {}\r\nContent-Length: {}\r\n\r\n{}",
                                    path, server_->port(), token, body.size(), body));
    }

    static std::array<FileDescriptor, 2> makePipe() {
        int ends[2];
        return ::pipe(ends) == 0
                   ? std::array<FileDescriptor, 2>{FileDescriptor(ends[0]), FileDescriptor(ends[1])}
                   : std::array<FileDescriptor, 2>{};
    }

    testing::Temporary temporary_;
    std::filesystem::path folder_ = temporary_.path() / "assets";
    std::array<FileDescriptor, 2> pipe_ = makePipe();
    FileDescriptor output_{::open((temporary_.path() / "output").c_str(), O_RDWR | O_CREAT | O_APPEND, 0600)};
    std::unique_ptr<Bridge> bridge_;
    std::unique_ptr<Server> server_;
    std::string page_url_;
};

TEST_F(ServerTest, ThePageNamesItsFilesByTheirHash) {
    const std::string answer = get("/");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200 OK\r\n")) << answer;
    EXPECT_NE(answer.find(fmt::format("<script src=\"{}\">", page_url_)), std::string::npos) << answer;
    EXPECT_NE(answer.find("Cache-Control: no-cache\r\n"), std::string::npos);
    EXPECT_NE(answer.find("Cross-Origin-Opener-Policy: same-origin\r\n"), std::string::npos);
    EXPECT_NE(answer.find("Cross-Origin-Embedder-Policy: require-corp\r\n"), std::string::npos);
}

TEST_F(ServerTest, HashedFilesMayBeKeptForEver) {
    const std::string answer = get(page_url_);
    EXPECT_NE(answer.find("immutable"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("\r\n\r\nplain")) << answer;
    EXPECT_TRUE(get("/assets/0123456789abcdef/page.mjs").starts_with("HTTP/1.1 404"));
}

TEST_F(ServerTest, UnchangedFilesAreNotSentAgain) {
    const std::string answer = get("/page.mjs");
    const size_t at = answer.find("ETag: ");
    ASSERT_NE(at, std::string::npos);
    const std::string tag = answer.substr(at + 6, answer.find("\r\n", at) - at - 6);
    EXPECT_TRUE(get("/page.mjs", "If-None-Match: " + tag + "\r\n").starts_with("HTTP/1.1 304"));
    EXPECT_TRUE(get("/page.mjs", "If-None-Match: \"other\"\r\n").starts_with("HTTP/1.1 200"));
}

TEST_F(ServerTest, CompressedFilesGoToWhoeverTakesThem) {
    const std::string answer = get("/page.mjs", "Accept-Encoding: gzip, br\r\n");
    EXPECT_NE(answer.find("Content-Encoding: br\r\n"), std::string::npos);
    EXPECT_NE(answer.find("Vary: Accept-Encoding\r\n"), std::string::npos);
    EXPECT_TRUE(answer.ends_with("squeezed"));
    EXPECT_TRUE(get("/page.mjs").ends_with("plain"));
}

TEST_F(ServerTest, OnlyAssetsAreThere) {
    for (const std::string path :
         {"/../secret", "/%2e%2e/secret", "/..%2fsecret", "//etc/passwd", "/assets/../secret"}) {
        const std::string answer = get(path);
        EXPECT_FALSE(answer.starts_with("HTTP/1.1 200")) << path << answer;
        EXPECT_EQ(answer.find("\r\n\r\nsecret"), std::string::npos) << path;
    }
}

TEST_F(ServerTest, OtherHostNamesAreRefused) {
    const std::string answer =
        exchange(server_->port(), "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 403")) << answer;
}

TEST_F(ServerTest, ATakenPortIsOneLineThatSaysWhatToDo) {
    const Result<Server> second = Server::start(Assets(), {.port = server_->port(), .bridge = nullptr});
    ASSERT_FALSE(second);
    EXPECT_EQ(describe(second.error()),
              fmt::format("taipan: cannot serve on port {}, which is taken; choose another with --port\n",
                          server_->port()));
}

TEST_F(ServerTest, TheBridgeNeedsItsToken) {
    EXPECT_TRUE(post("/bridge/start", "", packed("{}")).starts_with("HTTP/1.1 403"));
    EXPECT_TRUE(post("/bridge/start", std::string(64, '0'), packed("{}")).starts_with("HTTP/1.1 403"));
    const std::string answer = post("/bridge/start", bridge_->token(), packed("{}"));
    EXPECT_TRUE(answer.starts_with("HTTP/1.1 200")) << answer;
    EXPECT_NE(answer.find("\"arguments\":[\"-c\",\"pass\"]"), std::string::npos) << answer;
}

TEST_F(ServerTest, MalformedBridgeRequestsAreRefused) {
    EXPECT_TRUE(post("/bridge/start", bridge_->token(), "x").starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(post("/bridge/start", bridge_->token(), packed("[]")).starts_with("HTTP/1.1 400"));
    EXPECT_TRUE(post("/bridge/start", bridge_->token(), std::string("\xff\xff\xff\x7f{}", 6))
                    .starts_with("HTTP/1.1 400"));
    EXPECT_NE(post("/bridge/nonsense", bridge_->token(), packed("{}")).find("ENOSYS"), std::string::npos);
}

TEST_F(ServerTest, ModesOfNewFilesAreTheProgramsAlone) {
    EXPECT_NE(post("/bridge/start", bridge_->token(), packed("{}")).find("\"umask\":18"), std::string::npos);
    const mode_t before = ::umask(077);  // of this process, which has nothing to do with the program's
    const std::filesystem::path made = folder_ / "made";
    const std::string open =
        fmt::format(R"({{"path":"{}","flags":{},"mode":{}}})", made.string(), 0101, 0666);
    const std::string answer = post("/bridge/fs/open", bridge_->token(), packed(open));
    const mode_t after = ::umask(before);
    EXPECT_NE(answer.find("\"handle\""), std::string::npos) << answer;
    EXPECT_EQ(after, 077U);
    struct stat found {};
    ASSERT_EQ(::stat(made.c_str(), &found), 0);
    EXPECT_EQ(found.st_mode & 07777U, 0666U);
}

TEST_F(ServerTest, AConnectionIsKeptForTheNextRequest) {
    const std::string body = packed("{}", "x");
    const auto request = [&](std::string_view connection) {
        return fmt::format(
            "POST /bridge/stdout HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nConnection: {}\r\n"
            "X-Taipan-Token: {}\r\nContent-Length: {}\r\n\r\n{}",
            server_->port(), connection, bridge_->token(), body.size(), body);
    };
    const std::string answers = exchange(server_->port(), request("keep-alive") + request("close"));
    EXPECT_NE(answers.find("HTTP/1.1 200", 1), std::string::npos) << answers;
    EXPECT_EQ(*readFile(temporary_.path() / "output"), "xx");
}

TEST_F(ServerTest, InputWaitsOutputIsWrittenAndTheEndIsReported) {
    std::string input;
    std::thread reader([&] { input = post("/bridge/stdin", bridge_->token(), packed("{}")); });
    ASSERT_EQ(::write(pipe_[1].number(), "typed", 5), 5);
    reader.join();
    EXPECT_TRUE(input.ends_with("typed")) << input;
    pipe_[1].close();
    EXPECT_TRUE(post("/bridge/stdin", bridge_->token(), packed("{}")).ends_with("{}"));

    post("/bridge/stdout", bridge_->token(), packed("{}", std::string("a\0b", 3)));
    post("/bridge/stderr", bridge_->token(), packed("{}", "c"));
    EXPECT_EQ(*readFile(temporary_.path() / "output"), std::string("a\0bc", 4));

    EXPECT_FALSE(bridge_->waitForEnd(0));
    post("/bridge/exit", bridge_->token(), packed("{\"code\":7}"));
    ASSERT_TRUE(bridge_->waitForEnd(1000));
    EXPECT_EQ(bridge_->waitForEnd(0)->code, 7);
}

TEST_F(ServerTest, AClosedOutputIsToldBack) {
    ::signal(SIGPIPE, SIG_IGN);
    std::array<FileDescriptor, 2> closed = makePipe();
    closed[0].close();
    const auto bridge = *Bridge::create({.arguments = {},
                                         .environment = {},
                                         .working_directory = folder_,
                                         .roots = {},
                                         .input = 0,
                                         .output = closed[1].number(),
                                         .error = 2});
    const Server server = *Server::start(Assets(), {.port = 0, .bridge = bridge.get()});
    const std::string body = packed("{}", "x");
    const std::string answer =
        exchange(server.port(),
                 fmt::format("POST /bridge/stdout HTTP/1.1\r\nHost: localhost:{}\r\nConnection: close\r\n"
                             "X-Taipan-Token: {}\r\nContent-Length: {}\r\n\r\n{}",
                             server.port(), bridge->token(), body.size(), body));
    EXPECT_NE(answer.find("EPIPE"), std::string::npos) << answer;
}

TEST_F(ServerTest, ASignalReachesTheWaitingProgram) {
    std::string answer;
    std::thread waiter([&] { answer = post("/bridge/signal", bridge_->token(), packed("{}")); });
    bridge_->deliver(2);
    waiter.join();
    EXPECT_NE(answer.find("{\"signal\":2}"), std::string::npos) << answer;
}

}  // namespace
}  // namespace taipan::serve
