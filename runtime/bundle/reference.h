// SPDX-License-Identifier: Apache-2.0
// Owns a reference to a Python object, or nothing.
#pragma once

#include <Python.h>

class Reference {
  public:
    explicit Reference(PyObject* object) : object_(object) {}
    Reference(const Reference&) = delete;
    Reference& operator=(const Reference&) = delete;
    ~Reference() { Py_XDECREF(object_); }

    PyObject* get() const { return object_; }
    explicit operator bool() const { return object_ != nullptr; }

  private:
    PyObject* object_;
};
