// SPDX-License-Identifier: Apache-2.0
//
// What a program in the browser reaches of this machine: its arguments, files of given folders, standard
// streams, signals, and the way to say how it ended. Every request has to carry the token.
#pragma once

#include <termios.h>

#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "serve/bridge_files.h"
#include "serve/http.h"
#include "serve/message.h"
#include "support/file_descriptor.h"
#include "support/result.h"

namespace taipan::serve {

struct BridgeProgram {
    std::vector<std::string> arguments;  ///< argv without the program's own name
    std::map<std::string, std::string> environment;
    std::filesystem::path working_directory;
    unsigned umask = 022;                      ///< the program's file creation mask to begin with
    std::vector<std::filesystem::path> roots;  ///< folders the program has, where they are
    std::filesystem::path temporary{};         ///< what /tmp is to all of its processes
    int input = 0;                             ///< descriptors of the standard streams
    int output = 1;
    int error = 2;
};

/// How a program ended: its exit code, or why it could not be run.
struct BridgeEnd {
    int code = 0;
    std::string failure;
};

class Bridge {
  public:
    /// Fails when the machine has no random numbers for the token.
    static Result<std::unique_ptr<Bridge>> create(BridgeProgram program);

    const std::string& token() const { return token_; }

    /// To whoever has the token.
    Response answer(const Request& request, std::string_view operation);

    /// To the body of a request that had the token.
    Response answerCall(std::string_view operation, std::string_view body);

    /// Hands a signal to the program.
    void deliver(int signal);

    /// How often the program has read or written: one that does so is not stuck.
    unsigned streamCalls() const { return stream_calls_; }

    /// Whether the page has asked for the program.
    bool hasStarted() const { return started_; }

    /// Waits for the end of the program, at most so long.
    std::optional<BridgeEnd> waitForEnd(int milliseconds);

    /// Wakes every request that waits, so that the server can stop.
    void close();

    Bridge(BridgeProgram program, std::string token);
    Bridge(const Bridge&) = delete;
    Bridge& operator=(const Bridge&) = delete;
    ~Bridge();

  private:
    Reply dispatch(std::string_view operation, const Call& call);
    Reply start();
    Reply readInput(const Call& call);
    Reply writeOutput(int descriptor, std::string_view bytes);
    Reply waitForSignal();
    Reply controlTerminal(const Call& call);
    Reply end(BridgeEnd how);

    const BridgeProgram program_;
    const std::string token_;
    BridgeFiles files_;
    FileDescriptor closing_;  ///< an eventfd, readable once close() was called

    std::atomic<bool> started_ = false;
    std::atomic<unsigned> stream_calls_ = 0;
    /// How the program found the terminal; it is left so.
    std::optional<termios> found_;

    std::mutex mutex_;
    std::condition_variable changed_;
    int signal_ = 0;
    bool closed_ = false;
    std::optional<BridgeEnd> end_;
};

}  // namespace taipan::serve
