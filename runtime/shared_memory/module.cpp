// SPDX-License-Identifier: Apache-2.0
#include "module.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <span>

#include "../extension_module.h"
#include "../kernel_client.h"
#include "mappings.h"

namespace kernel = taipan::kernel;
namespace shared_memory = taipan::shared_memory;

namespace {

/// A descriptor of a new block, or -1 with errno.
int makeBlock(size_t size) {
    const int64_t handle =
        taipan::resultOf(taipan::askKernel(kernel::MakeBlock{static_cast<uint32_t>(size)}));
    return handle < 0 ? -1 : taipan::openKernelDescriptor(handle, O_RDWR | O_CLOEXEC, S_IFREG);
}

/// False with errno.
bool shareAs(int descriptor, std::span<uint8_t> bytes) {
    const kernel::Descriptor block{taipan::kernelHandle(descriptor)};
    const taipan::KernelAnswer about = taipan::askKernel(kernel::DescribeBlock{block});
    const int64_t own = taipan::resultOf(taipan::askKernel(kernel::Duplicate{block, {}, true}));
    if (taipan::resultOf(about) < 0 || own < 0)
        return false;
    if (shared_memory::add({static_cast<int32_t>(own)},
                           {.block = static_cast<uint64_t>(about.second), .size = bytes.size()},
                           bytes.data()))
        return true;
    errno = ENOMEM;
    return false;
}

/// share(map): the memory of an anonymous mmap is shared from now on, by all who map the descriptor that it
/// gives; until the mmap is closed.
PyObject* share(PyObject*, PyObject* map) {
    Py_buffer buffer;
    if (PyObject_GetBuffer(map, &buffer, PyBUF_WRITABLE) < 0)
        return nullptr;
    const std::span<uint8_t> bytes(static_cast<uint8_t*>(buffer.buf), static_cast<size_t>(buffer.len));
    PyBuffer_Release(&buffer);
    const int descriptor = makeBlock(bytes.size());
    if (descriptor < 0)
        return PyErr_SetFromErrno(PyExc_OSError);
    if (!shareAs(descriptor, bytes)) {
        PyErr_SetFromErrno(PyExc_OSError);
        close(descriptor);
        return nullptr;
    }
    return PyLong_FromLong(descriptor);
}

PyMethodDef methods[] = {
    {"share", share, METH_O, nullptr},
    {nullptr, nullptr, 0, nullptr},
};

constinit PyModuleDef definition = taipan::moduleOf("_taipan_blocks", methods);

}  // namespace

PyMODINIT_FUNC PyInit__taipan_blocks() {
    return PyModuleDef_Init(&definition);
}
