// SPDX-License-Identifier: Apache-2.0
//
// The web server: loopback only, assets for everybody on this machine, the bridge for whoever has its token.
#pragma once

#include <memory>
#include <string>

#include "serve/assets.h"
#include "support/result.h"

namespace taipan::serve {

class Bridge;

struct ServeOptions {
    int port = 0;              ///< 0: any that is free
    Bridge* bridge = nullptr;  ///< answers /bridge/…; has to outlive the server
};

class Server {
  public:
    static Result<Server> start(Assets assets, const ServeOptions& options);

    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    /// Waits for the requests that are being answered.
    ~Server();

    int port() const;
    /// "http://127.0.0.1:PORT/"
    std::string url() const;

  private:
    struct State;
    explicit Server(std::unique_ptr<State> state);
    std::unique_ptr<State> state_;
};

}  // namespace taipan::serve
