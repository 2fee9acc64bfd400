// SPDX-License-Identifier: Apache-2.0
// Terminals, for Emscripten: pseudo terminals are the kernel's, which knows lines, signals and who is in
// front. The C library makes tcgetattr, openpty and their like of open and ioctl; open is linked with --wrap.
#include "terminals.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "failure.h"
#include "kernel_client.h"

namespace kernel = taipan::kernel;
using taipan::askKernel;
using taipan::callKernel;
using taipan::failure;
using taipan::KernelAnswer;
using taipan::resultOf;

extern "C" {

int __real_open(const char* path, int flags, ...);
int __real_ttyname_r(int descriptor, char* name, size_t size);

}  // extern "C"

namespace {

constexpr std::string_view kMultiplexer = "/dev/ptmx";
constexpr std::string_view kSlaves = "/dev/pts/";
constexpr std::string_view kOwnTerminal = "/dev/tty";
// TerminalSettings on the wire: four words of flags, the characters, two speeds.
constexpr size_t kSettingsSize = 6 * sizeof(uint32_t) + 32;

bool mayBeTerminal(int descriptor) {
    struct stat about{};
    return fstat(descriptor, &about) == 0 && S_ISCHR(about.st_mode);
}

std::optional<kernel::TerminalSettings> settingsOf(int handle) {
    kernel::Bytes bytes(kSettingsSize);
    if (resultOf(askKernel(kernel::GetSettings{{handle}}, bytes)) < 0)
        return std::nullopt;
    return kernel::decode<kernel::TerminalSettings>(kernel::Slice(std::move(bytes)));
}

int getSettings(int handle, termios& result) {
    const auto settings = settingsOf(handle);
    if (!settings)
        return -1;
    result = {};
    result.c_iflag = settings->input;
    result.c_oflag = settings->output;
    result.c_cflag = settings->control;
    result.c_lflag = settings->local;
    std::copy_n(settings->characters.begin(), std::min<size_t>(settings->characters.size(), NCCS),
                result.c_cc);
    return 0;
}

int setSettings(int handle, kernel::SetSettings::When when, const termios& wanted) {
    kernel::SetSettings request{{handle}, when, {}};
    request.settings.input = wanted.c_iflag;
    request.settings.output = wanted.c_oflag;
    request.settings.control = wanted.c_cflag;
    request.settings.local = wanted.c_lflag;
    std::copy_n(wanted.c_cc, std::min<size_t>(request.settings.characters.size(), NCCS),
                request.settings.characters.begin());
    return callKernel(request);
}

// Setting again what is set, when all that was written has been read.
int drain(int handle) {
    const auto settings = settingsOf(handle);
    return settings ? callKernel(kernel::SetSettings{{handle}, kernel::SetSettings::When::Drain, *settings})
                    : -1;
}

int getWindow(int handle, winsize& result) {
    const KernelAnswer answer = askKernel(kernel::GetWindow{{handle}});
    if (resultOf(answer) < 0)
        return -1;
    result = {static_cast<unsigned short>(answer.value), static_cast<unsigned short>(answer.second), 0, 0};
    return 0;
}

// Of terminals and pids: the value goes to where the argument points.
template <class Number>
int store(int64_t value, void* place) {
    if (value < 0)
        return -1;
    *static_cast<Number*>(place) = static_cast<Number>(value);
    return 0;
}

int64_t sessionOf(int handle) {
    const int64_t group = resultOf(askKernel(kernel::GetForeground{{handle}}));
    return group < 0 ? group : getsid(static_cast<pid_t>(group));
}

int flush(int handle, intptr_t queue) {
    const bool input = queue == TCIFLUSH || queue == TCIOFLUSH;
    const bool output = queue == TCOFLUSH || queue == TCIOFLUSH;
    return input || output ? callKernel(kernel::FlushTerminal{{handle}, input, output}) : failure(EINVAL);
}

// A break is nothing here, and flow control is for lines that are slower.
int checked(int handle) {
    winsize unused{};
    return getWindow(handle, unused);
}

int controlTerminal(int handle, unsigned request, void* argument) {
    const auto number = reinterpret_cast<intptr_t>(argument);
    switch (request) {
        case TCGETS:
            return getSettings(handle, *static_cast<termios*>(argument));
        case TCSETS:
        case TCSETSW:
        case TCSETSF:
            return setSettings(handle, static_cast<kernel::SetSettings::When>(request - TCSETS),
                               *static_cast<const termios*>(argument));
        case TIOCGWINSZ:
            return getWindow(handle, *static_cast<winsize*>(argument));
        case TIOCSWINSZ: {
            const auto& size = *static_cast<const winsize*>(argument);
            return callKernel(kernel::SetWindow{{handle}, size.ws_row, size.ws_col});
        }
        case TIOCGPGRP:
            return store<pid_t>(resultOf(askKernel(kernel::GetForeground{{handle}})), argument);
        case TIOCSPGRP:
            return callKernel(kernel::SetForeground{{handle}, {*static_cast<const pid_t*>(argument)}});
        case TIOCGSID:
            return store<pid_t>(sessionOf(handle), argument);
        case TIOCSCTTY:
            return callKernel(kernel::ControlTerminal{{handle}});
        case TIOCGPTN:
            return store<unsigned>(resultOf(askKernel(kernel::TerminalNumber{{handle}})), argument);
        case TCSBRK:
            return number == 0 ? checked(handle) : drain(handle);
        case TCFLSH:
            return flush(handle, number);
        case TCXONC:
            return number >= TCOOFF && number <= TCION ? checked(handle) : failure(EINVAL);
        case TIOCSPTLCK:
            return checked(handle);
        default:
            return failure(ENOTTY);
    }
}

bool isTerminalPath(std::string_view path) {
    return path == kMultiplexer || path == kOwnTerminal || path.starts_with(kSlaves);
}

bool hasNoTerminal(const KernelAnswer& answer) {
    return answer.error == ENXIO || answer.error == ENODEV;
}

}  // namespace

namespace taipan {

int controlKernelFile(int descriptor, int handle, unsigned request, void* argument) {
    if (request == FIONREAD)
        return store<int>(resultOf(askKernel(kernel::Available{{handle}})), argument);
    return mayBeTerminal(descriptor) ? controlTerminal(handle, request, argument) : failure(ENOTTY);
}

std::optional<int> controlHostTerminal(int descriptor, unsigned request, void* argument) {
    const bool known = request == TIOCGPGRP || request == TIOCSPGRP || request == TIOCGSID ||
                       request == TCSBRK || request == TCXONC || request == TIOCSCTTY;
    if (!known)
        return std::nullopt;
    if (isatty(descriptor) == 0)
        return -1;
    // Whoever runs at the host's terminal is in front of it.
    switch (request) {
        case TIOCGPGRP:
            return store<pid_t>(getpgrp(), argument);
        case TIOCGSID:
            return store<pid_t>(getsid(0), argument);
        case TIOCSPGRP:
            return *static_cast<const pid_t*>(argument) == getpgrp() ? 0 : failure(EPERM);
        case TIOCSCTTY:
            return failure(EPERM);
        default:
            return 0;
    }
}

}  // namespace taipan

extern "C" {

int __wrap_open(const char* path, int flags, ...) {
    va_list arguments;
    va_start(arguments, flags);
    const mode_t mode = (flags & O_CREAT) != 0 ? va_arg(arguments, mode_t) : 0;
    va_end(arguments);
    if (!isTerminalPath(path))
        return __real_open(path, flags, mode);
    const KernelAnswer answer =
        askKernel(kernel::Open{path, static_cast<uint32_t>(flags) | static_cast<uint32_t>(O_CLOEXEC)});
    // The host may have a terminal where the kernel has none.
    if (path == kOwnTerminal && hasNoTerminal(answer))
        return __real_open(path, flags, mode);
    const int64_t handle = resultOf(answer);
    return handle < 0 ? -1 : taipan::openKernelDescriptor(handle, flags, S_IFCHR);
}

// The C library's looks at one thing only, whether there is a window, and would do so behind our back.
int isatty(int descriptor) {
    winsize unused{};
    return ioctl(descriptor, TIOCGWINSZ, &unused) == 0 ? 1 : 0;
}

// The C library's is a call of its own for the same reason.
int tcdrain(int descriptor) {
    return ioctl(descriptor, TCSBRK, 1);
}

int __ptsname_r(int descriptor, char* name, size_t size) {
    unsigned number = 0;
    if (ioctl(descriptor, TIOCGPTN, &number) < 0)
        return errno;
    const std::string path = std::string(kSlaves) + std::to_string(number);
    if (path.size() >= size)
        return ERANGE;
    memcpy(name, path.c_str(), path.size() + 1);
    return 0;
}

int ptsname_r(int descriptor, char* name, size_t size) {
    return __ptsname_r(descriptor, name, size);
}

int posix_openpt(int flags) {
    return open(kMultiplexer.data(), flags);
}

int grantpt(int descriptor) {
    unsigned unused = 0;
    return ioctl(descriptor, TIOCGPTN, &unused);
}

int unlockpt(int descriptor) {
    return grantpt(descriptor);
}

int __wrap_ttyname_r(int descriptor, char* name, size_t size) {
    if (taipan::kernelHandle(descriptor) < 0)
        return __real_ttyname_r(descriptor, name, size);
    return isatty(descriptor) == 0 ? errno : __ptsname_r(descriptor, name, size);
}

}  // extern "C"
