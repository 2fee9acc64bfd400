// SPDX-License-Identifier: Apache-2.0
// All types that there are, by address, and what their objects have in common with those of which built-in
// type.
#pragma once

#include <Python.h>
#include <stdint.h>
#include <string.h>

class TypeTable {
  public:
    enum class Family : uint8_t { Other, String, Bytes, Dict, OrderedDict, Set, WeakReference, Date, Cache };

    TypeTable() = default;
    TypeTable(const TypeTable&) = delete;
    TypeTable& operator=(const TypeTable&) = delete;
    ~TypeTable() { PyMem_RawFree(slots_); }

    // Calls visit(type) for each type, until it returns false. False with an exception set.
    template <typename Visit>
    bool fill(Visit visit) {
        return grow(kFirstSize) && addType(&PyBaseObject_Type, visit);
    }

    // Other for what is no type.
    Family familyOf(const PyTypeObject* type) const {
        const auto word = reinterpret_cast<uintptr_t>(type);
        if (word == 0)
            return Family::Other;
        for (size_t slot = place(word);; slot = (slot + 1) & (size_ - 1)) {
            if (slots_[slot].type == word)
                return slots_[slot].family;
            if (slots_[slot].type == 0)
                return Family::Other;
        }
    }

  private:
    struct Slot {
        uintptr_t type;
        Family family;
    };
    static constexpr size_t kFirstSize = 4096;

    size_t place(uintptr_t word) const { return (word >> 2) * 2654435761U & (size_ - 1); }

    bool grow(size_t size) {
        auto* const fresh = static_cast<Slot*>(PyMem_RawCalloc(size, sizeof(Slot)));
        if (fresh == nullptr) {
            PyErr_NoMemory();
            return false;
        }
        Slot* const old = slots_;
        const size_t old_size = size_;
        slots_ = fresh;
        size_ = size;
        used_ = 0;
        for (size_t i = 0; i < old_size; ++i) {
            if (old[i].type != 0)
                put(old[i]);
        }
        PyMem_RawFree(old);
        return true;
    }

    // False if it was there already.
    bool put(Slot added) {
        size_t slot = place(added.type);
        for (; slots_[slot].type != 0; slot = (slot + 1) & (size_ - 1)) {
            if (slots_[slot].type == added.type)
                return false;
        }
        slots_[slot] = added;
        ++used_;
        return true;
    }

    static Family familyFrom(PyTypeObject* type) {
        if (PyType_HasFeature(type, Py_TPFLAGS_UNICODE_SUBCLASS))
            return Family::String;
        if (PyType_HasFeature(type, Py_TPFLAGS_BYTES_SUBCLASS))
            return Family::Bytes;
        if (PyType_HasFeature(type, Py_TPFLAGS_DICT_SUBCLASS))
            return PyType_IsSubtype(type, &PyODict_Type) ? Family::OrderedDict : Family::Dict;
        if (PyType_IsSubtype(type, &PySet_Type) || PyType_IsSubtype(type, &PyFrozenSet_Type))
            return Family::Set;
        if (PyType_IsSubtype(type, &_PyWeakref_RefType) || type == &_PyWeakref_ProxyType ||
            type == &_PyWeakref_CallableProxyType)
            return Family::WeakReference;
        if (strcmp(type->tp_name, "functools._lru_cache_wrapper") == 0)
            return Family::Cache;
        return isDate(type) ? Family::Date : Family::Other;
    }

    // Of the module datetime in C, whose types are static.
    static bool isDate(const PyTypeObject* type) {
        while (type != nullptr && (type->tp_flags & Py_TPFLAGS_HEAPTYPE) != 0)
            type = type->tp_base;
        if (type == nullptr)
            return false;
        constexpr const char* kNames[] = {"datetime.date", "datetime.datetime", "datetime.time",
                                          "datetime.timedelta"};
        for (const char* const name : kNames) {
            if (strcmp(type->tp_name, name) == 0)
                return true;
        }
        return false;
    }

    // The type and those that are derived from it.
    template <typename Visit>
    bool addType(PyTypeObject* type, Visit& visit) {
        if (used_ * 2 > size_ && !grow(size_ * 2))
            return false;
        if (!put({reinterpret_cast<uintptr_t>(type), familyFrom(type)}))
            return true;
        if (!visit(type)) {
            PyErr_NoMemory();
            return false;
        }
        PyObject* const derived =
            PyObject_CallMethod(reinterpret_cast<PyObject*>(&PyType_Type), "__subclasses__", "O", type);
        if (derived == nullptr)
            return false;
        bool is_good = true;
        for (Py_ssize_t i = 0; is_good && i < PyList_GET_SIZE(derived); ++i)
            is_good = addType(reinterpret_cast<PyTypeObject*>(PyList_GET_ITEM(derived, i)), visit);
        Py_DECREF(derived);
        return is_good;
    }

    Slot* slots_ = nullptr;
    size_t size_ = 0;
    size_t used_ = 0;
};
