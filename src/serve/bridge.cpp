// SPDX-License-Identifier: Apache-2.0
#include "serve/bridge.h"

#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/random.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <iterator>

namespace taipan::serve {
namespace {

using nlohmann::json;

constexpr std::string_view kFilesPrefix = "fs/";
constexpr std::string_view kStreamPrefix = "std";
/// Larger requests are cut into several by the worker.
constexpr size_t kLargestBody = size_t{64} * 1024 * 1024;
constexpr long kLargestInput = 65536;
constexpr size_t kTokenBytes = 32;
/// Of termios, in front of the characters.
constexpr size_t kFlagWords = 4;

/// Takes as long wherever the first difference is.
bool isEqual(std::string_view left, std::string_view right) {
    unsigned char difference = left.size() == right.size() ? 0 : 1;
    for (size_t at = 0; at < std::min(left.size(), right.size()); ++at) {
        difference = static_cast<unsigned char>(difference | (left[at] ^ right[at]));
    }
    return difference == 0;
}

json describeTerminal(const BridgeProgram& program) {
    winsize size{};
    for (const int descriptor : {program.output, program.error, program.input}) {
        if (::ioctl(descriptor, TIOCGWINSZ, &size) == 0) {
            break;
        }
    }
    return {{"input", ::isatty(program.input) == 1},
            {"output", ::isatty(program.output) == 1},
            {"error", ::isatty(program.error) == 1},
            {"rows", size.ws_row},
            {"columns", size.ws_col}};
}

std::optional<int> terminalOf(const BridgeProgram& program) {
    for (const int descriptor : {program.input, program.output, program.error}) {
        if (::isatty(descriptor) == 1) {
            return descriptor;
        }
    }
    return std::nullopt;
}

/// Empty for what is no list of numbers.
std::vector<long> numbersOf(const json& arguments, const char* name) {
    std::vector<long> numbers;
    const auto list = arguments.find(name);
    if (list == arguments.end() || !list->is_array()) {
        return {};
    }
    for (const json& one : *list) {
        if (!one.is_number_integer()) {
            return {};
        }
        numbers.push_back(one.get<long>());
    }
    return numbers;
}

std::vector<std::filesystem::path> foldersOf(const BridgeProgram& program) {
    std::vector<std::filesystem::path> folders = program.roots;
    if (!program.temporary.empty())
        folders.push_back(program.temporary);
    return folders;
}

}  // namespace

Result<std::unique_ptr<Bridge>> Bridge::create(BridgeProgram program) {
    std::array<unsigned char, kTokenBytes> random{};
    if (::getrandom(random.data(), random.size(), 0) != static_cast<ssize_t>(random.size())) {
        return failSystem(errno, "cannot make a random token");
    }
    std::string token;
    for (const unsigned char byte : random) {
        token += fmt::format("{:02x}", byte);
    }
    return std::make_unique<Bridge>(std::move(program), std::move(token));
}

Bridge::Bridge(BridgeProgram program, std::string token)
    : program_(std::move(program)),
      token_(std::move(token)),
      files_(foldersOf(program_)),
      closing_(::eventfd(0, EFD_CLOEXEC)) {}

Bridge::~Bridge() {
    if (const std::optional<int> terminal = terminalOf(program_); found_ && terminal) {
        ::tcsetattr(*terminal, TCSADRAIN, &*found_);
    }
}

Response Bridge::answer(const Request& request, std::string_view operation) {
    if (!isEqual(request.header("X-Taipan-Token"), token_)) {
        return plainText(403, "this needs the token of the program\n");
    }
    if (request.method() != "POST") {
        return plainText(405, "the bridge understands POST only\n");
    }
    std::string body;
    if (!request.readBody(body, kLargestBody)) {
        return plainText(413, "the request is too large or was cut off\n");
    }
    return answerCall(operation, body);
}

Response Bridge::answerCall(std::string_view operation, std::string_view body) {
    const std::optional<Call> call = decodeCall(body);
    if (!call) {
        return plainText(400, "the request is malformed\n");
    }
    return Response{.status = 200,
                    .headers = {{"Content-Type", "application/octet-stream"}, {"Cache-Control", "no-store"}},
                    .body = encodeReply(dispatch(operation, *call))};
}

Reply Bridge::dispatch(std::string_view operation, const Call& call) {
    if (operation.starts_with(kFilesPrefix)) {
        return files_.call(operation.substr(kFilesPrefix.size()), call);
    }
    if (operation == "start") {
        return start();
    }
    if (operation.starts_with(kStreamPrefix)) {
        ++stream_calls_;
    }
    if (operation == "stdin") {
        return readInput(call);
    }
    if (operation == "stdout") {
        return writeOutput(program_.output, call.bytes);
    }
    if (operation == "stderr") {
        return writeOutput(program_.error, call.bytes);
    }
    if (operation == "signal") {
        return waitForSignal();
    }
    if (operation == "terminal") {
        return controlTerminal(call);
    }
    if (operation == "exit") {
        return end({.code = static_cast<int>(numberOf(call.arguments, "code")), .failure = {}});
    }
    if (operation == "failed") {
        return end({.code = 0, .failure = std::string(call.bytes)});
    }
    return failure(ENOSYS);
}

Reply Bridge::start() {
    started_ = true;
    json roots = json::array();
    for (const std::filesystem::path& root : program_.roots) {
        roots.push_back(root.string());
    }
    return Reply{.values = {{"arguments", program_.arguments},
                            {"environment", program_.environment},
                            {"workingDirectory", program_.working_directory.string()},
                            {"umask", program_.umask},
                            {"roots", std::move(roots)},
                            {"temporary", program_.temporary.string()},
                            {"terminal", describeTerminal(program_)}},
                 .bytes = {}};
}

/// Blocks until there is something. No bytes: the end of the input.
Reply Bridge::readInput(const Call& call) {
    std::array<pollfd, 2> waiting{pollfd{.fd = program_.input, .events = POLLIN, .revents = 0},
                                  pollfd{.fd = closing_.number(), .events = POLLIN, .revents = 0}};
    while (::poll(waiting.data(), waiting.size(), -1) < 0) {
        if (errno != EINTR) {
            return failure(errno);
        }
    }
    if (waiting[1].revents != 0) {
        return failure(EINTR);
    }
    Reply reply;
    const long wanted =
        call.arguments.contains("length") ? numberOf(call.arguments, "length") : kLargestInput;
    reply.bytes.resize(static_cast<size_t>(std::clamp(wanted, 1L, kLargestInput)));
    const ssize_t count = ::read(program_.input, reply.bytes.data(), reply.bytes.size());
    if (count < 0) {
        return failure(errno);
    }
    reply.bytes.resize(static_cast<size_t>(count));
    return reply;
}

Reply Bridge::writeOutput(int descriptor, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t count = ::write(descriptor, bytes.data(), bytes.size());
        if (count >= 0) {
            bytes.remove_prefix(static_cast<size_t>(count));
        } else if (errno == EAGAIN) {
            pollfd writable{.fd = descriptor, .events = POLLOUT, .revents = 0};
            ::poll(&writable, 1, -1);
        } else if (errno != EINTR) {
            return failure(errno);
        }
    }
    return {};
}

Reply Bridge::waitForSignal() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return signal_ != 0 || closed_; });
    const int signal = std::exchange(signal_, 0);
    return Reply{.values = {{"signal", signal}}, .bytes = {}};
}

/// termios as a list, in numbers that Linux and the interpreter have in common: four words of flags, the
/// characters. Set when it comes along.
Reply Bridge::controlTerminal(const Call& call) {
    termios now{};
    const std::optional<int> terminal = terminalOf(program_);
    if (!terminal || ::tcgetattr(*terminal, &now) != 0) {
        return failure(ENOTTY);
    }
    if (call.arguments.contains("settings")) {
        if (!found_) {
            found_ = now;
        }
        const std::vector<long> wanted = numbersOf(call.arguments, "settings");
        if (wanted.size() != kFlagWords + std::size(now.c_cc)) {
            return failure(EINVAL);
        }
        now.c_iflag = static_cast<tcflag_t>(wanted[0]);
        now.c_oflag = static_cast<tcflag_t>(wanted[1]);
        now.c_cflag = static_cast<tcflag_t>(wanted[2]);
        now.c_lflag = static_cast<tcflag_t>(wanted[3]);
        std::transform(wanted.begin() + kFlagWords, wanted.end(), now.c_cc,
                       [](long character) { return static_cast<cc_t>(character); });
        if (::tcsetattr(*terminal, TCSADRAIN, &now) != 0) {
            return failure(errno);
        }
    }
    json settings = {now.c_iflag, now.c_oflag, now.c_cflag, now.c_lflag};
    for (const cc_t character : now.c_cc) {
        settings.push_back(character);
    }
    return Reply{.values = {{"settings", std::move(settings)}, {"terminal", describeTerminal(program_)}},
                 .bytes = {}};
}

Reply Bridge::end(BridgeEnd how) {
    const std::lock_guard lock(mutex_);
    end_ = std::move(how);
    changed_.notify_all();
    return {};
}

void Bridge::deliver(int signal) {
    const std::lock_guard lock(mutex_);
    // There is room for one, and another size can be asked for.
    if (signal == SIGWINCH && signal_ != 0) {
        return;
    }
    signal_ = signal;
    changed_.notify_all();
}

std::optional<BridgeEnd> Bridge::waitForEnd(int milliseconds) {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(milliseconds), [this] { return end_.has_value(); });
    return end_;
}

void Bridge::close() {
    const uint64_t one = 1;
    [[maybe_unused]] const ssize_t written = ::write(closing_.number(), &one, sizeof one);
    const std::lock_guard lock(mutex_);
    closed_ = true;
    changed_.notify_all();
}

}  // namespace taipan::serve
