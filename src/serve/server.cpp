// SPDX-License-Identifier: Apache-2.0
#include "serve/server.h"

#include <arpa/inet.h>
#include <civetweb.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sched.h>
#include <sys/socket.h>
#include <sys/stat.h>

#include <array>
#include <chrono>
#include <thread>

#include "serve/bridge.h"
#include "serve/http.h"
#include "support/file_descriptor.h"

namespace taipan::serve {
namespace {

constexpr std::string_view kBridgePrefix = "/bridge/";

/// Long polls (the signal, stdin) hold a thread each while they wait.
constexpr const char* kThreads = "16";

sockaddr_in loopback(int port) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<uint16_t>(port));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

/// Stops the library's threads at once. By itself its acceptor looks only every two seconds whether it should
/// stop, or when somebody connects; so somebody does.
void stopAtOnce(mg_context* context, int port) {
    const std::jthread knocker([port](const std::stop_token& stopped) {
        while (!stopped.stop_requested()) {
            const FileDescriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
            const sockaddr_in address = loopback(port);
            [[maybe_unused]] const int result =
                ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address);
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    });
    mg_stop(context);
}

/// Why the port cannot be had: asked of the kernel, because the library only says that it failed.
Error portError(int port) {
    const FileDescriptor probe(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    const sockaddr_in address = loopback(port);
    if (probe && ::bind(probe.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if (errno == EADDRINUSE) {
            return fail(fmt::format("cannot serve on port {}, which is taken", port),
                        "choose another with --port")
                .error();
        }
        if (errno == EACCES) {
            return fail(fmt::format("cannot serve on port {}, which is reserved for root", port),
                        "choose one from 1024 on with --port")
                .error();
        }
        return failSystem(errno, fmt::format("cannot serve on port {}", port)).error();
    }
    return internal(fmt::format("the web server did not start on port {}", port)).error();
}

}  // namespace

struct Server::State {
    Assets assets;
    Bridge* bridge = nullptr;
    mg_context* context = nullptr;
    int port = 0;

    ~State() {
        if (context != nullptr) {
            stopAtOnce(context, port);
        }
    }

    /// A page of another site that has its name point here must not be answered.
    bool isOurHost(std::string_view host) const {
        return host == fmt::format("127.0.0.1:{}", port) || host == fmt::format("localhost:{}", port);
    }

    Response answer(const Request& request) const {
        if (!isOurHost(request.header("Host"))) {
            return plainText(403, "this server answers to 127.0.0.1 and localhost only\n");
        }
        if (bridge != nullptr && request.path().starts_with(kBridgePrefix)) {
            return bridge->answer(request, request.path().substr(kBridgePrefix.size()));
        }
        if (request.method() != "GET" && request.method() != "HEAD") {
            return plainText(405, "only GET and HEAD are understood here\n");
        }
        return assets.answer({.path = request.path(),
                              .accept_encoding = request.header("Accept-Encoding"),
                              .if_none_match = request.header("If-None-Match")});
    }
};

Server::Server(std::unique_ptr<State> state) : state_(std::move(state)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;
Server::~Server() = default;

int Server::port() const {
    return state_->port;
}

std::string Server::url() const {
    return fmt::format("http://127.0.0.1:{}/", state_->port);
}

Result<Server> Server::start(Assets assets, const ServeOptions& options) {
    auto state = std::make_unique<State>();
    state->assets = std::move(assets);
    state->bridge = options.bridge;

    mg_callbacks callbacks{};
    // The modes of new files are the program's: its mask is applied already. Threads have one of their own
    // each.
    callbacks.init_thread = [](const mg_context*, int) -> void* {
        if (::unshare(CLONE_FS) == 0) {
            ::umask(0);
        }
        return nullptr;
    };
    callbacks.log_message = [](const mg_connection*, const char*) {
        return 1;
    };  // errors come back as Result
    const std::string ports = fmt::format("127.0.0.1:{}", options.port);
    const std::array<const char*, 11> settings{
        "listening_ports",       ports.c_str(), "num_threads", kThreads,
        "enable_keep_alive",     "yes",         "tcp_nodelay", "1",
        "keep_alive_timeout_ms", "60000",       nullptr};
    state->context = mg_start(&callbacks, state.get(), const_cast<const char**>(settings.data()));
    if (state->context == nullptr) {
        return std::unexpected(portError(options.port));
    }
    mg_server_port bound{};
    if (mg_get_server_ports(state->context, 1, &bound) != 1) {
        return internal("the web server does not say where it listens");
    }
    state->port = bound.port;
    mg_set_request_handler(
        state->context, "/",
        [](mg_connection* connection, void* data) {
            const Request request(connection);
            const Response response = static_cast<const State*>(data)->answer(request);
            send(connection, response, request.method() != "HEAD");
            return response.status;
        },
        state.get());
    return Server(std::move(state));
}

}  // namespace taipan::serve
