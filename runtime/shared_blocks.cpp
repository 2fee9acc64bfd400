// SPDX-License-Identifier: Apache-2.0
// Copies between a process's own memory and the kernel's shared blocks (kernel/shared_block.h). CPython's
// lock is kept meanwhile, so that no thread sees half a copy or writes between two halves of one.
#include "shared_blocks.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

#include "extension_module.h"
#include "kernel/limits.h"
#include "kernel_client.h"

namespace kernel = taipan::kernel;

namespace {

using Pieces = std::vector<kernel::StoreBlock::Piece>;

/// What the kernel sends at once (kernel/limits.h).
constexpr size_t kLargestRead = kernel::Limits{}.read;

class Buffer {
  public:
    Buffer() = default;
    Buffer(const Buffer&) = delete;
    Buffer& operator=(const Buffer&) = delete;
    ~Buffer() { PyBuffer_Release(&view); }
    std::span<uint8_t> bytes() const {
        return {static_cast<uint8_t*>(view.buf), static_cast<size_t>(view.len)};
    }

    Py_buffer view{};
};

/// Many bytes at a time while they are the same: mostly all are.
uint32_t firstDifference(std::span<const uint8_t> one, std::span<const uint8_t> other, uint32_t at) {
    const auto size = static_cast<uint32_t>(one.size());
    for (uint64_t left = 0, right = 0; size - at >= sizeof(left); at += sizeof(left)) {
        std::memcpy(&left, one.data() + at, sizeof(left));
        std::memcpy(&right, other.data() + at, sizeof(right));
        if (left != right)
            break;
    }
    while (at < size && one[at] == other[at])
        ++at;
    return at;
}

/// Where `local` is not as `known` says: those bytes alone, since others may have changed what is between.
Pieces differences(std::span<const uint8_t> local, std::span<const uint8_t> known) {
    Pieces pieces;
    const auto size = static_cast<uint32_t>(local.size());
    for (uint32_t at = 0; at < size;) {
        at = firstDifference(local, known, at);
        const uint32_t start = at;
        while (at < size && local[at] != known[at])
            ++at;
        if (at > start)
            pieces.push_back({start, at - start});
    }
    return pieces;
}

/// None of these requests waits, so no signal need end it. The value, or -1 with errno.
template <class T>
int64_t ask(const T& request, std::span<uint8_t> data = {}) {
    return taipan::resultOf(
        taipan::askKernelBytes(kernel::encodeOne({}, request), data, taipan::kNothing).answer);
}

PyObject* make(PyObject*, PyObject* argument) {
    const unsigned long size = PyLong_AsUnsignedLong(argument);
    if (PyErr_Occurred() != nullptr)
        return nullptr;
    const int64_t handle = ask(kernel::MakeBlock{static_cast<uint32_t>(size)});
    const int descriptor =
        handle < 0 ? -1 : taipan::openKernelDescriptor(handle, O_RDWR | O_CLOEXEC, S_IFREG);
    return descriptor < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyLong_FromLong(descriptor);
}

/// A block's part of an arena, and what the kernel has of it as far as is known. Neither changes during a
/// call, since CPython's lock is kept.
struct Copy {
    int descriptor = 0;
    unsigned offset = 0;
    Buffer local;
    Buffer known;

    bool fits() const { return known.bytes().size() == local.bytes().size(); }
    kernel::Descriptor handle() const { return {taipan::kernelHandle(descriptor)}; }
};

/// Sends what differs; gives the version that follows, 0 for none, -1 with errno.
int64_t send(Copy& copy, Pieces pieces) {
    if (pieces.empty())
        return 0;
    kernel::StoreBlock request{copy.handle(), pieces, {}};
    kernel::Bytes data;
    for (kernel::StoreBlock::Piece& piece : request.pieces) {
        const auto part = copy.local.bytes().subspan(piece.offset, piece.size);
        data.insert(data.end(), part.begin(), part.end());
        piece.offset += copy.offset;
    }
    request.data = std::move(data);
    const int64_t version = ask(request);
    for (const kernel::StoreBlock::Piece& piece : pieces) {
        if (version >= 0)
            std::ranges::copy(copy.local.bytes().subspan(piece.offset, piece.size),
                              copy.known.bytes().subspan(piece.offset).begin());
    }
    return version;
}

/// Takes over all of it unless it still has the version; gives its version, or -1 with errno.
int64_t receive(Copy& copy, uint64_t version) {
    uint64_t first = version;
    uint64_t known = version;
    uint32_t offset = copy.offset;
    const std::span<uint8_t> local = copy.local.bytes();
    for (std::span<uint8_t> left = local; !left.empty();) {
        const std::span<uint8_t> part = left.first(std::min(left.size(), kLargestRead));
        const int64_t now =
            ask(kernel::LoadBlock{copy.handle(), known, offset, static_cast<uint32_t>(part.size())}, part);
        if (now < 0)
            return -1;
        // What changes while it is copied is copied again the next time.
        if (left.size() == local.size())
            first = static_cast<uint64_t>(now);
        if (static_cast<uint64_t>(now) == known)
            break;
        known = 0;  // of a block that has changed every part is wanted
        offset += static_cast<uint32_t>(part.size());
        left = left.subspan(part.size());
    }
    if (first != version)
        std::ranges::copy(local, copy.known.bytes().begin());
    return static_cast<int64_t>(first);
}

PyObject* versionOf(int64_t version) {
    return version < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyLong_FromLongLong(version);
}

/// load(descriptor, offset, local, known, version): sends what differs from `known`, then takes over what
/// others have changed since the version; gives the version that both have then.
PyObject* load(PyObject*, PyObject* arguments) {
    Copy copy;
    unsigned long long version = 0;
    if (PyArg_ParseTuple(arguments, "iIw*w*K:load", &copy.descriptor, &copy.offset, &copy.local.view,
                         &copy.known.view, &version) == 0)
        return nullptr;
    if (!copy.fits())
        return PyErr_Format(PyExc_ValueError, "a block is known by as many bytes as it has");
    const int64_t sent = send(copy, differences(copy.local.bytes(), copy.known.bytes()));
    if (sent < 0)
        return versionOf(sent);
    const bool is_next = static_cast<uint64_t>(sent) == version + 1;
    return versionOf(receive(copy, is_next ? version + 1 : version));
}

/// store(descriptor, offset, local, known, whole): sends what differs from `known`, or all of it; gives the
/// version that follows, 0 for none.
PyObject* store(PyObject*, PyObject* arguments) {
    Copy copy;
    int whole = 0;
    if (PyArg_ParseTuple(arguments, "iIw*w*p:store", &copy.descriptor, &copy.offset, &copy.local.view,
                         &copy.known.view, &whole) == 0)
        return nullptr;
    if (!copy.fits())
        return PyErr_Format(PyExc_ValueError, "a block is known by as many bytes as it has");
    const std::span<const uint8_t> local = copy.local.bytes();
    return versionOf(send(copy, whole != 0 ? Pieces{{0, static_cast<uint32_t>(local.size())}}
                                           : differences(local, copy.known.bytes())));
}

PyMethodDef methods[] = {
    {"make", make, METH_O, nullptr},
    {"load", load, METH_VARARGS, nullptr},
    {"store", store, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

constinit PyModuleDef definition = taipan::moduleOf("_taipan_blocks", methods);

}  // namespace

PyMODINIT_FUNC PyInit__taipan_blocks() {
    return PyModuleDef_Init(&definition);
}
