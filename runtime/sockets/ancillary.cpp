// SPDX-License-Identifier: Apache-2.0
// Control messages, as Linux reads and writes them. Open files that the kernel does not have become
// descriptors of its own for the way (kernel/kept_file.h).
#include "ancillary.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <span>

#include "../host_imports.h"
#include "../kernel_client.h"
#include "../suspension.h"

namespace taipan {

namespace {

// SCM_MAX_FD
constexpr size_t kMostDescriptors = 253;

bool refused(int error) {
    errno = error;
    return false;
}

// What the number of a control message is, by its size, or nothing with errno.
bool readNumber(const cmsghdr& header, const uint8_t* data, size_t size, int32_t& value) {
    if (size == sizeof value) {
        memcpy(&value, data, size);
        return true;
    }
    if (header.cmsg_level == IPPROTO_IP && header.cmsg_type == IP_TOS && size == 1) {
        value = *data;
        return true;
    }
    return refused(EINVAL);
}

int typeOf(kernel::FileKind kind) {
    switch (kind) {
        case kernel::FileKind::PipeReader:
        case kernel::FileKind::PipeWriter:
            return S_IFIFO;
        case kernel::FileKind::Stream:
        case kernel::FileKind::Datagram:
            return S_IFSOCK;
        case kernel::FileKind::Master:
        case kernel::FileKind::Slave:
            return S_IFCHR;
        case kernel::FileKind::Epoll:
            return 0;
        default:
            return S_IFREG;
    }
}

// Negative when there is no room for it.
int openReceived(const kernel::Ancillary::Received& one, int flags) {
    const bool closes = (flags & MSG_CMSG_CLOEXEC) != 0;
    if (one.kind != kernel::FileKind::Kept) {
        const int open_flags = static_cast<int>(one.status) & (O_ACCMODE | O_NONBLOCK | O_APPEND);
        return openKernelDescriptor(one.descriptor.value, open_flags | (closes ? O_CLOEXEC : 0),
                                    typeOf(one.kind));
    }
    const Context context;
    const int opened =
        taipan_take_file(one.descriptor.value, closes ? 1 : 0, (flags & MSG_PEEK) != 0 ? 1 : 0);
    context.restore();
    return opened;
}

// Puts messages into the room for them, one behind the other.
class ControlWriter {
  public:
    explicit ControlWriter(const msghdr& message)
        : at_(static_cast<uint8_t*>(message.msg_control)),
          left_(message.msg_control == nullptr ? 0 : message.msg_controllen) {}

    void put(int level, int type, std::span<const uint8_t> data) {
        if (left_ < sizeof(cmsghdr)) {
            truncated = true;
            return;
        }
        const size_t whole = CMSG_LEN(data.size());
        const size_t size = std::min(whole, left_);
        truncated = truncated || size < whole;
        cmsghdr header{};
        header.cmsg_len = static_cast<socklen_t>(size);
        header.cmsg_level = level;
        header.cmsg_type = type;
        memcpy(at_, &header, sizeof header);
        memcpy(at_ + sizeof header, data.data(), size - sizeof header);
        const size_t step = std::min<size_t>(CMSG_SPACE(data.size()), left_);
        at_ += step;
        left_ -= step;
        used += step;
    }

    size_t used = 0;
    bool truncated = false;

  private:
    uint8_t* at_;
    size_t left_;
};

template <class T>
std::span<const uint8_t> bytesOf(const T& values, size_t size) {
    return {reinterpret_cast<const uint8_t*>(&values), size};
}

}  // namespace

SentControl::~SentControl() {
    const int error = errno;
    for (const kernel::Descriptor descriptor : passed_)
        tellKernel(kernel::Close{descriptor});
    errno = error;
}

bool SentControl::read(const msghdr& message) {
    const auto* at = static_cast<const uint8_t*>(message.msg_control);
    size_t left = at == nullptr ? 0 : message.msg_controllen;
    while (left >= sizeof(cmsghdr)) {
        cmsghdr header;
        memcpy(&header, at, sizeof header);
        if (header.cmsg_len < sizeof header || header.cmsg_len > left)
            return refused(EINVAL);
        const uint8_t* const data = at + sizeof header;
        const size_t size = header.cmsg_len - sizeof header;
        if (header.cmsg_level == SOL_SOCKET) {
            // Whose message it is nobody can ask for, so nobody is told.
            if (header.cmsg_type != SCM_RIGHTS)
                return refused(header.cmsg_type == SCM_CREDENTIALS ? EOPNOTSUPP : EINVAL);
            if (!addDescriptors(data, size))
                return false;
        } else if (header.cmsg_level == IPPROTO_IP || header.cmsg_level == IPPROTO_IPV6) {
            int32_t value = 0;
            if (!readNumber(header, data, size, value))
                return false;
            numbers.push_back(
                {static_cast<uint32_t>(header.cmsg_level), static_cast<uint32_t>(header.cmsg_type), value});
        }
        const size_t step = std::min<size_t>(left, CMSG_ALIGN(header.cmsg_len));
        at += step;
        left -= step;
    }
    return true;
}

bool SentControl::addDescriptors(const uint8_t* data, size_t size) {
    for (; size >= sizeof(int); data += sizeof(int), size -= sizeof(int)) {
        int descriptor = -1;
        memcpy(&descriptor, data, sizeof descriptor);
        if (rights.size() >= kMostDescriptors)
            return refused(EINVAL);
        if (!addDescriptor(descriptor))
            return false;
    }
    return true;
}

bool SentControl::addDescriptor(int descriptor) {
    if (const int handle = kernelHandle(descriptor); handle >= 0) {
        rights.push_back({handle});
        return true;
    }
    const Context context;
    const int passed = taipan_pass_file(descriptor);
    context.restore();
    if (passed < 0)
        return refused(-passed);
    rights.push_back({passed});
    passed_.push_back({passed});
    return true;
}

uint32_t rightsRoom(const msghdr& message) {
    if (message.msg_control == nullptr || message.msg_controllen < sizeof(cmsghdr))
        return 0;
    const size_t room = (message.msg_controllen - sizeof(cmsghdr)) / sizeof(int);
    return static_cast<uint32_t>(std::min(room, kMostDescriptors));
}

void writeControl(const kernel::Ancillary& ancillary, int flags, msghdr* message) {
    ControlWriter writer(*message);
    writer.truncated = ancillary.truncated;
    std::array<int, kMostDescriptors> opened{};
    size_t count = 0;
    bool has_room = true;
    for (const kernel::Ancillary::Received& one : ancillary.received) {
        // The first that cannot be opened ends the list.
        const int descriptor = has_room ? openReceived(one, flags) : -1;
        if (!has_room)
            tellKernel(kernel::Close{one.descriptor});
        has_room = descriptor >= 0;
        if (has_room)
            opened[count++] = descriptor;
        else
            writer.truncated = true;
    }
    if (count > 0)
        writer.put(SOL_SOCKET, SCM_RIGHTS, bytesOf(opened, count * sizeof(int)));
    for (const kernel::ControlNumber& number : ancillary.numbers) {
        const bool is_byte = number.level == IPPROTO_IP && number.type == IP_TOS;
        writer.put(static_cast<int>(number.level), static_cast<int>(number.type),
                   bytesOf(number.value, is_byte ? 1 : sizeof number.value));
    }
    if (writer.truncated)
        message->msg_flags |= MSG_CTRUNC;
    message->msg_controllen = static_cast<socklen_t>(writer.used);
}

}  // namespace taipan
