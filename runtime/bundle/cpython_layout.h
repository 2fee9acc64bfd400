// SPDX-License-Identifier: Apache-2.0
// How CPython 3.13 lays out what its public headers hide, for those who put hashes in order. (Its internal
// headers are for C.)
#pragma once

#include <Python.h>
#include <stdint.h>

#define Py_BUILD_CORE 1
extern "C" {
#include <internal/pycore_hashtable.h>
#include <internal/pycore_pyhash.h>
}
#undef Py_BUILD_CORE

// Include/internal/pycore_dict.h: struct _dictkeysobject.
struct DictTable {
    enum Kind : uint8_t { General, Strings, Split };

    Py_ssize_t reference_count;
    uint8_t log2_size;
    uint8_t log2_index_bytes;
    uint8_t kind;
    uint32_t version;
    Py_ssize_t usable;
    Py_ssize_t entry_count;
    char indices[];  // then the entries
};

// The same place: PyDictKeyEntry, PyDictUnicodeEntry.
struct DictEntry {
    Py_hash_t hash;
    PyObject* key;
    PyObject* value;
};
struct DictStringEntry {
    PyObject* key;
    PyObject* value;
};

// What stands in DictTable::indices where there is no entry.
inline constexpr Py_ssize_t kEmptyIndex = -1;

// Objects/dictobject.c and Objects/setobject.c: how both go on looking after a collision.
inline constexpr unsigned kPerturbShift = 5;
inline constexpr size_t kSetProbes = 9;

// Objects/odictobject.c: struct _odictnode, struct _odictobject.
struct OrderedNode {
    PyObject* key;
    Py_hash_t hash;
    OrderedNode* next;
    OrderedNode* previous;
};
struct OrderedDict {
    PyDictObject dict;
    OrderedNode* first;
};

// Modules/_functoolsmodule.c: lru_list_elem, a ring; a cache begins with one that holds no key.
struct CacheLink {
    PyObject_HEAD CacheLink* previous;
    CacheLink* next;
    Py_hash_t hash;
    PyObject* key;
};
