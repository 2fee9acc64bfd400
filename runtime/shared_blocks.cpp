// SPDX-License-Identifier: Apache-2.0
// Copies between a process's own memory and the kernel's shared blocks (kernel/shared_block.h). CPython's
// lock is kept meanwhile, so that no thread sees half a copy.
#include "shared_blocks.h"

#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cstring>
#include <span>
#include <vector>

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

/// Where `local` is not as `known` says: from the first such byte to the last or, when others may have
/// changed what is between, those bytes alone.
Pieces differences(std::span<const uint8_t> local, std::span<const uint8_t> known, bool apart) {
    Pieces pieces;
    const auto size = static_cast<uint32_t>(local.size());
    for (uint32_t at = 0; at < size;) {
        at = firstDifference(local, known, at);
        const uint32_t start = at;
        while (at < size && local[at] != known[at])
            ++at;
        if (at == start)
            break;
        if (apart || pieces.empty())
            pieces.push_back({start, at - start});
        else
            pieces.back().size = at - pieces.back().offset;
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

/// load(descriptor, offset, local, version): fills `local` unless the block still has the version; gives its
/// version.
PyObject* load(PyObject*, PyObject* arguments) {
    int descriptor = 0;
    unsigned offset = 0;
    Buffer local;
    unsigned long long version = 0;
    if (PyArg_ParseTuple(arguments, "iIw*K:load", &descriptor, &offset, &local.view, &version) == 0)
        return nullptr;
    const kernel::Descriptor handle{taipan::kernelHandle(descriptor)};
    uint64_t first = version;
    uint64_t known = version;
    for (std::span<uint8_t> left = local.bytes(); !left.empty();) {
        const std::span<uint8_t> part = left.first(std::min(left.size(), kLargestRead));
        const int64_t now =
            ask(kernel::LoadBlock{handle, known, offset, static_cast<uint32_t>(part.size())}, part);
        if (now < 0)
            return PyErr_SetFromErrno(PyExc_OSError);
        // What changes while it is copied is copied again the next time.
        if (left.size() == local.bytes().size())
            first = static_cast<uint64_t>(now);
        if (static_cast<uint64_t>(now) == known)
            break;
        known = 0;  // of a block that has changed every part is wanted
        offset += static_cast<unsigned>(part.size());
        left = left.subspan(part.size());
    }
    return PyLong_FromUnsignedLongLong(first);
}

/// store(descriptor, offset, local, known, apart): sends what differs; gives the version that follows, 0 for
/// none.
PyObject* store(PyObject*, PyObject* arguments) {
    int descriptor = 0;
    unsigned offset = 0;
    Buffer local;
    Buffer known;
    int apart = 0;
    if (PyArg_ParseTuple(arguments, "iIy*y*p:store", &descriptor, &offset, &local.view, &known.view,
                         &apart) == 0)
        return nullptr;
    const std::span<const uint8_t> bytes = local.bytes();
    kernel::StoreBlock request{{taipan::kernelHandle(descriptor)}, {}, {}};
    if (known.bytes().size() == bytes.size())
        request.pieces = differences(bytes, known.bytes(), apart != 0);
    else
        request.pieces = {{0, static_cast<uint32_t>(bytes.size())}};
    if (request.pieces.empty())
        return PyLong_FromLong(0);
    kernel::Bytes data;
    for (kernel::StoreBlock::Piece& piece : request.pieces) {
        const std::span<const uint8_t> part = bytes.subspan(piece.offset, piece.size);
        data.insert(data.end(), part.begin(), part.end());
        piece.offset += offset;
    }
    request.data = std::move(data);
    const int64_t version = ask(request);
    return version < 0 ? PyErr_SetFromErrno(PyExc_OSError) : PyLong_FromLongLong(version);
}

PyMethodDef methods[] = {
    {"make", make, METH_O, nullptr},
    {"load", load, METH_VARARGS, nullptr},
    {"store", store, METH_VARARGS, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

PyModuleDef definition = {
    .m_base = PyModuleDef_HEAD_INIT,
    .m_name = "_taipan_blocks",
    .m_doc = nullptr,
    .m_size = 0,
    .m_methods = methods,
    .m_slots = nullptr,
    .m_traverse = nullptr,
    .m_clear = nullptr,
    .m_free = nullptr,
};

}  // namespace

PyMODINIT_FUNC PyInit__taipan_blocks() {
    return PyModuleDef_Init(&definition);
}
