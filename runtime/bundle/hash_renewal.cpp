// SPDX-License-Identifier: Apache-2.0
// Strings, dicts and the interpreter's own hash tables are found by a look at every word of memory, since
// nobody has a list of them: where a word is the type of strings, and the hash that stands behind it is that
// of the text, there is one; where all keys of a table are where they are looked for, it is one. It may be a
// dead one that nobody has written over, which does no harm. All else is with the garbage collector, or
// within its reach.
#include "hash_renewal.h"

#include <Python.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "address_list.h"
#include "cpython_layout.h"
#include "snapshot.h"
#include "type_table.h"

extern "C" {
int _PyOS_URandomNonblock(void* buffer, Py_ssize_t size);  // Python/bootstrap_hash.c
extern char __global_base;  // of the linker: where data begins; the stack is below
}

namespace {

struct Lists {
    AddressList strings;
    AddressList byte_strings;
    AddressList cached_hashes;  // to be computed when they are asked for
    AddressList string_keys;    // tables of dicts whose keys are strings
    AddressList keys;           // other tables of dicts
    AddressList sets;
    AddressList late_keys;  // those whose keys have hashes that run Python
    AddressList late_sets;
    AddressList ordered_dicts;
    AddressList caches;       // of functools.lru_cache
    AddressList hash_tables;  // the interpreter's own
};

Lists lists;

// --- what an address may be

const char* memoryEnd() {
    constexpr size_t kPage = 65536;
    return reinterpret_cast<const char*>(__builtin_wasm_memory_size(0) * kPage);
}

bool isBytesInMemory(const void* start, size_t size) {
    const auto address = reinterpret_cast<uintptr_t>(start);
    const auto end = reinterpret_cast<uintptr_t>(memoryEnd());
    return address >= reinterpret_cast<uintptr_t>(&__global_base) && address < end && size <= end - address;
}

bool isInMemory(const void* start, size_t size) {
    return reinterpret_cast<uintptr_t>(start) % sizeof(void*) == 0 && isBytesInMemory(start, size);
}

// --- strings

const void* textOf(PyObject* string) {
    auto* const head = reinterpret_cast<PyASCIIObject*>(string);
    if (head->state.compact == 0)
        return reinterpret_cast<PyUnicodeObject*>(string)->data.any;
    return head->state.ascii != 0
               ? static_cast<const void*>(head + 1)
               : static_cast<const void*>(reinterpret_cast<PyCompactUnicodeObject*>(string) + 1);
}

size_t sizeOf(PyObject* string) {
    return static_cast<size_t>(PyUnicode_GET_LENGTH(string)) * PyUnicode_KIND(string);
}

Py_hash_t hashOf(PyObject* string) {
    return _Py_HashBytes(textOf(string), static_cast<Py_ssize_t>(sizeOf(string)));
}

Py_hash_t& hashField(PyObject* string) {
    return reinterpret_cast<PyASCIIObject*>(string)->hash;
}

bool isHashedString(PyObject* candidate) {
    if (!isInMemory(candidate, sizeof(PyASCIIObject)) || hashField(candidate) == -1)
        return false;
    const unsigned kind = PyUnicode_KIND(candidate);
    const Py_ssize_t length = PyUnicode_GET_LENGTH(candidate);
    if ((kind != 1 && kind != 2 && kind != 4) || length < 0)
        return false;
    if (!PyUnicode_IS_COMPACT(candidate) && !isInMemory(candidate, sizeof(PyUnicodeObject)))
        return false;
    if (static_cast<size_t>(length) >
        static_cast<size_t>(memoryEnd() - reinterpret_cast<char*>(candidate)) / kind)
        return false;
    return isBytesInMemory(textOf(candidate), sizeOf(candidate)) && hashOf(candidate) == hashField(candidate);
}

Py_hash_t& bytesHashField(PyObject* bytes) {
    Py_hash_t* field = nullptr;
    _Py_COMP_DIAG_PUSH _Py_COMP_DIAG_IGNORE_DEPR_DECLS field =
        &reinterpret_cast<PyBytesObject*>(bytes)->ob_shash;
    _Py_COMP_DIAG_POP return *field;
}

Py_hash_t hashOfBytes(PyObject* bytes) {
    return _Py_HashBytes(reinterpret_cast<PyBytesObject*>(bytes)->ob_sval, Py_SIZE(bytes));
}

bool isHashedBytes(PyObject* candidate) {
    if (!isInMemory(candidate, sizeof(PyBytesObject)) || bytesHashField(candidate) == -1 ||
        Py_SIZE(candidate) < 0)
        return false;
    return isBytesInMemory(candidate, sizeof(PyBytesObject) + static_cast<size_t>(Py_SIZE(candidate))) &&
           hashOfBytes(candidate) == bytesHashField(candidate);
}

// --- tables of dicts

struct DictKeys {
    DictTable* table;

    DictEntry* entries() const { return reinterpret_cast<DictEntry*>(table->indices + indexBytes()); }
    DictStringEntry* strings() const {
        return reinterpret_cast<DictStringEntry*>(table->indices + indexBytes());
    }
    bool hasStrings() const { return table->kind != DictTable::General; }
    Py_ssize_t count() const { return table->entry_count; }
    PyObject* key(Py_ssize_t at) const { return hasStrings() ? strings()[at].key : entries()[at].key; }
    Py_hash_t hash(Py_ssize_t at) const {
        return hasStrings() ? hashField(strings()[at].key) : entries()[at].hash;
    }
    size_t mask() const { return (size_t{1} << table->log2_size) - 1; }

    Py_ssize_t index(size_t slot) const {
        const int width = table->log2_index_bytes - table->log2_size;
        const char* const indices = table->indices;
        switch (width) {
            case 0:
                return reinterpret_cast<const int8_t*>(indices)[slot];
            case 1:
                return reinterpret_cast<const int16_t*>(indices)[slot];
            default:
                return reinterpret_cast<const int32_t*>(indices)[slot];
        }
    }
    void setIndex(size_t slot, Py_ssize_t value) const {
        const int width = table->log2_index_bytes - table->log2_size;
        char* const indices = table->indices;
        switch (width) {
            case 0:
                reinterpret_cast<int8_t*>(indices)[slot] = static_cast<int8_t>(value);
                break;
            case 1:
                reinterpret_cast<int16_t*>(indices)[slot] = static_cast<int16_t>(value);
                break;
            default:
                reinterpret_cast<int32_t*>(indices)[slot] = static_cast<int32_t>(value);
        }
    }
    size_t indexBytes() const { return size_t{1} << table->log2_index_bytes; }

    // Calls visit(slot) for the slots where a key with the hash is looked for, until it returns true.
    template <typename Visit>
    void probe(Py_hash_t hash, Visit visit) const {
        auto perturb = static_cast<size_t>(hash);
        size_t slot = perturb & mask();
        while (!visit(slot)) {
            perturb >>= kPerturbShift;
            slot = (slot * 5 + perturb + 1) & mask();
        }
    }

    void place(Py_ssize_t at, Py_hash_t hash) const {
        probe(hash, [&](size_t slot) {
            if (index(slot) != kEmptyIndex)
                return false;
            setIndex(slot, at);
            return true;
        });
    }

    bool isFound(Py_ssize_t at) const {
        bool found = false;
        size_t tries = mask() + 64;
        probe(hash(at), [&](size_t slot) {
            const Py_ssize_t there = index(slot);
            found = there == at;
            return found || there == kEmptyIndex || tries-- == 0;
        });
        return found;
    }

    void rebuild() const {
        memset(table->indices, 0xff, indexBytes());
        for (Py_ssize_t at = 0; at < count(); ++at) {
            if (key(at) != nullptr)
                place(at, hash(at));
        }
    }
};

bool isTable(DictTable* candidate) {
    if (!isInMemory(candidate, sizeof(DictTable)) || candidate->kind > DictTable::Split)
        return false;
    const DictKeys keys{candidate};
    const int width = candidate->log2_index_bytes - candidate->log2_size;
    if (candidate->log2_size < 3 || candidate->log2_size > 28 || width < 0 || width > 2 ||
        keys.count() <= 0 || static_cast<size_t>(keys.count()) > keys.mask())
        return false;
    const size_t entry = keys.hasStrings() ? sizeof(DictStringEntry) : sizeof(DictEntry);
    if (!isInMemory(candidate->indices, keys.indexBytes() + entry * static_cast<size_t>(keys.count())))
        return false;
    for (Py_ssize_t at = 0; at < keys.count(); ++at) {
        PyObject* const key = keys.key(at);
        if (key == nullptr)
            continue;
        if (!isInMemory(key, sizeof(PyObject)) || (keys.hasStrings() && !isHashedString(key)) ||
            !keys.isFound(at))
            return false;
    }
    return true;
}

// --- sets

size_t slotsOf(const PySetObject* set) {
    return static_cast<size_t>(set->mask) + 1;
}

bool isKey(const setentry& entry) {
    return entry.key != nullptr && entry.hash != -1;
}

setentry* freeSlot(const PySetObject* set, Py_hash_t hash) {
    const auto mask = static_cast<size_t>(set->mask);
    auto perturb = static_cast<size_t>(hash);
    for (size_t slot = perturb & mask;; slot = (slot * 5 + 1 + perturb) & mask) {
        const size_t probes = slot + kSetProbes <= mask ? kSetProbes : 0;
        for (size_t next = slot; next <= slot + probes; ++next) {
            if (set->table[next].key == nullptr)
                return &set->table[next];
        }
        perturb >>= kPerturbShift;
    }
}

Py_hash_t newHash(PyObject* key, Py_hash_t old) {
    const Py_hash_t hash = PyObject_Hash(key);
    if (hash != -1)
        return hash;
    PyErr_Clear();  // who gave it a hash once, and does not now, keeps that
    return old;
}

void rebuildSet(PySetObject* set) {
    const size_t size = slotsOf(set) * sizeof(setentry);
    auto* const old = static_cast<setentry*>(PyMem_RawMalloc(size));
    if (old == nullptr)
        failStart("no memory to start with");
    memcpy(old, set->table, size);
    memset(set->table, 0, size);
    set->fill = set->used;
    for (size_t slot = 0; slot < slotsOf(set); ++slot) {
        if (!isKey(old[slot]))
            continue;
        const Py_hash_t hash = newHash(old[slot].key, old[slot].hash);
        *freeSlot(set, hash) = {old[slot].key, hash};
    }
    PyMem_RawFree(old);
}

void rebuildKeys(DictTable* table) {
    const DictKeys keys{table};
    for (Py_ssize_t at = 0; at < keys.count(); ++at) {
        DictEntry& entry = keys.entries()[at];
        if (entry.key != nullptr)
            entry.hash = newHash(entry.key, entry.hash);
    }
    keys.rebuild();
}

// --- which hashes depend on the secret, and which run Python

bool hasFixedHash(PyObject* key) {
    PyTypeObject* const type = Py_TYPE(key);
    return type == &PyLong_Type || type == &PyFloat_Type || type == &PyBool_Type || key == Py_None ||
           type->tp_hash == PyBaseObject_Type.tp_hash;
}

// Whether the predicate holds for the key or, if it is a tuple, for all that is in it.
template <typename Predicate>
bool holdsFor(PyObject* key, Predicate predicate) {
    if (!PyTuple_CheckExact(key))
        return predicate(key);
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(key); ++i) {
        if (!holdsFor(PyTuple_GET_ITEM(key, i), predicate))
            return false;
    }
    return true;
}

bool isFixed(PyObject* key) {
    return holdsFor(key, hasFixedHash);
}

bool isPlain(PyObject* key) {
    return holdsFor(key, [](PyObject* part) {
        return hasFixedHash(part) || PyUnicode_CheckExact(part) || PyBytes_CheckExact(part);
    });
}

template <typename Predicate>
bool allKeys(const DictKeys& keys, Predicate predicate) {
    for (Py_ssize_t at = 0; at < keys.count(); ++at) {
        if (keys.key(at) != nullptr && !predicate(keys.key(at)))
            return false;
    }
    return true;
}

template <typename Predicate>
bool allKeys(const PySetObject* set, Predicate predicate) {
    for (size_t slot = 0; slot < slotsOf(set); ++slot) {
        if (isKey(set->table[slot]) && !predicate(set->table[slot].key))
            return false;
    }
    return true;
}

// --- the interpreter's hash tables

_Py_hashtable_entry_t* entryOf(_Py_slist_item_t* item) {
    return reinterpret_cast<_Py_hashtable_entry_t*>(item);
}

bool isHashTable(_Py_hashtable_t* candidate) {
    const size_t buckets = candidate->nbuckets;
    if (buckets < 16 || (buckets & (buckets - 1)) != 0 || candidate->nentries == 0 ||
        !isInMemory(candidate->buckets, buckets * sizeof(_Py_slist_t)))
        return false;
    size_t entries = 0;
    for (size_t bucket = 0; bucket < buckets; ++bucket) {
        for (_Py_slist_item_t* item = candidate->buckets[bucket].head; item != nullptr; item = item->next) {
            if (!isInMemory(item, sizeof(_Py_hashtable_entry_t)) ||
                (entryOf(item)->key_hash & (buckets - 1)) != bucket || ++entries > candidate->nentries)
                return false;
        }
    }
    return entries == candidate->nentries;
}

void rebuildHashTable(_Py_hashtable_t* table) {
    _Py_slist_item_t* all = nullptr;
    for (size_t bucket = 0; bucket < table->nbuckets; ++bucket) {
        while (_Py_slist_item_t* const item = table->buckets[bucket].head) {
            table->buckets[bucket].head = item->next;
            item->next = all;
            all = item;
        }
    }
    while (all != nullptr) {
        _Py_slist_item_t* const item = all;
        all = item->next;
        _Py_hashtable_entry_t* const entry = entryOf(item);
        entry->key_hash = table->hash_func(entry->key);
        _Py_slist_t& bucket = table->buckets[entry->key_hash & (table->nbuckets - 1)];
        item->next = bucket.head;
        bucket.head = item;
    }
}

// --- the list

// Tables of dicts, found through dicts and classes: in no order, and some more than once.
struct TableCollection {
    void** tables = nullptr;
    size_t size = 0;
    size_t capacity = 0;

    bool add(void* table) {
        if (size == capacity) {
            capacity = capacity == 0 ? 4096 : capacity * 2;
            void* const grown = PyMem_RawRealloc(tables, capacity * sizeof(void*));
            if (grown == nullptr)
                return false;
            tables = static_cast<void**>(grown);
        }
        tables[size++] = table;
        return true;
    }

    void sort() {
        qsort(tables, size, sizeof(void*), [](const void* left, const void* right) {
            const char* const a = *static_cast<char* const*>(left);
            const char* const b = *static_cast<char* const*>(right);
            return a < b ? -1 : (a > b ? 1 : 0);
        });
    }

    ~TableCollection() { PyMem_RawFree(tables); }
};

bool addForType(PyTypeObject* type, TableCollection& tables) {
    if ((type->tp_flags & Py_TPFLAGS_HEAPTYPE) == 0)
        return true;
    auto* const keys =
        reinterpret_cast<DictTable*>(reinterpret_cast<PyHeapTypeObject*>(type)->ht_cached_keys);
    return keys == nullptr || !isTable(keys) || tables.add(keys);
}

bool addDict(PyObject* dict, TableCollection& tables) {
    if (!isInMemory(dict, sizeof(PyDictObject)) || Py_REFCNT(dict) <= 0)
        return true;
    auto* const keys = reinterpret_cast<DictTable*>(reinterpret_cast<PyDictObject*>(dict)->ma_keys);
    return !isTable(keys) || tables.add(keys);
}

bool addSet(PySetObject* set) {
    if (set->hash != -1 && !lists.cached_hashes.add(&set->hash))
        return false;
    if (allKeys(set, isFixed))
        return true;
    return (allKeys(set, isPlain) ? lists.sets : lists.late_sets).add(set);
}

bool addWeakReference(PyWeakReference* reference) {
    // Of a dead object the hash is all that is left.
    return reference->hash == -1 || reference->wr_object == Py_None ||
           lists.cached_hashes.add(&reference->hash);
}

// What an object within the reach of the garbage collector has to be made anew.
struct Walk {
    const TypeTable& types;
    bool is_good = true;
};

int addReferent(PyObject* object, void* walk_pointer);

void addCollected(PyObject* object, Walk& walk) {
    switch (walk.types.familyOf(Py_TYPE(object))) {
        case TypeTable::Family::Set:
            walk.is_good &= addSet(reinterpret_cast<PySetObject*>(object));
            break;
        case TypeTable::Family::WeakReference:
            walk.is_good &= addWeakReference(reinterpret_cast<PyWeakReference*>(object));
            break;
        case TypeTable::Family::OrderedDict:
            walk.is_good &= lists.ordered_dicts.add(object);
            break;
        case TypeTable::Family::Cache:
            walk.is_good &= lists.caches.add(object);
            break;
        default:
            break;
    }
    if (Py_TYPE(object)->tp_traverse != nullptr)
        Py_TYPE(object)->tp_traverse(object, addReferent, &walk);
}

// Dates are found with those that have them; tuples and dicts that the collector does not watch are looked
// into.
int addReferent(PyObject* object, void* walk_pointer) {
    auto& walk = *static_cast<Walk*>(walk_pointer);
    if (walk.types.familyOf(Py_TYPE(object)) == TypeTable::Family::Date) {
        auto* const hash = reinterpret_cast<Py_hash_t*>(object + 1);  // Modules/_datetimemodule.c
        if (*hash != -1)
            walk.is_good &= lists.cached_hashes.add(hash);
    } else if (PyObject_IS_GC(object) && !PyObject_GC_IsTracked(object)) {
        addCollected(object, walk);
    }
    return 0;
}

bool walkCollector(const TypeTable& types) {
    Walk walk{types};
    PyUnstable_GC_VisitObjects(
        [](PyObject* object, void* walk_pointer) {
            addCollected(object, *static_cast<Walk*>(walk_pointer));
            return 1;
        },
        &walk);
    return walk.is_good;
}

bool addObject(PyObject* object, TypeTable::Family family, TableCollection& tables) {
    switch (family) {
        case TypeTable::Family::String:
            return !isHashedString(object) || lists.strings.add(object);
        case TypeTable::Family::Bytes:
            return !isHashedBytes(object) || lists.byte_strings.add(object);
        case TypeTable::Family::Dict:
        case TypeTable::Family::OrderedDict:
            return addDict(object, tables);
        default:
            return true;
    }
}

// What hash tables have whose keys are not hashed by address.
_Py_hashtable_get_entry_func genericLookup() {
    _Py_hashtable_t* const sample = _Py_hashtable_new([](const void*) -> Py_uhash_t { return 0; },
                                                      [](const void*, const void*) { return 0; });
    if (sample == nullptr)
        return nullptr;
    const _Py_hashtable_get_entry_func lookup = sample->get_entry_func;
    _Py_hashtable_destroy(sample);
    return lookup;
}

bool scan(const TypeTable& types, TableCollection& tables) {
    const _Py_hashtable_get_entry_func generic = genericLookup();
    auto* const end = reinterpret_cast<uintptr_t*>(const_cast<char*>(memoryEnd()));
    for (auto* word = reinterpret_cast<uintptr_t*>(&__global_base); word < end; ++word) {
        if (const TypeTable::Family family = types.familyOf(reinterpret_cast<const PyTypeObject*>(*word));
            family != TypeTable::Family::Other) {
            constexpr size_t kTypeAt = offsetof(PyObject, ob_type);
            auto* const object = reinterpret_cast<PyObject*>(reinterpret_cast<char*>(word) - kTypeAt);
            if (!addObject(object, family, tables))
                return false;
        } else if (*word == reinterpret_cast<uintptr_t>(generic)) {
            constexpr size_t kFunctionAt = offsetof(_Py_hashtable_t, get_entry_func);
            auto* const table =
                reinterpret_cast<_Py_hashtable_t*>(reinterpret_cast<char*>(word) - kFunctionAt);
            if (isHashTable(table) && !lists.hash_tables.add(table))
                return false;
        }
    }
    return true;
}

bool listTables(TableCollection& tables) {
    tables.sort();
    const void* last = nullptr;
    for (size_t i = 0; i < tables.size; ++i) {
        if (tables.tables[i] == last)
            continue;
        last = tables.tables[i];
        const DictKeys keys{static_cast<DictTable*>(tables.tables[i])};
        if (allKeys(keys, isFixed))
            continue;
        AddressList& list =
            keys.hasStrings() ? lists.string_keys : (allKeys(keys, isPlain) ? lists.keys : lists.late_keys);
        if (!list.add(last))
            return false;
    }
    return true;
}

// The generator of PYTHONHASHSEED, as in Python/bootstrap_hash.c.
void fillFromSeed(unsigned seed, unsigned char* bytes, size_t size) {
    for (size_t i = 0; i < size; ++i) {
        seed = seed * 214013 + 2531011;
        bytes[i] = static_cast<unsigned char>(seed >> 16);
    }
}

void chooseSecret() {
    const char* const wanted = getenv("PYTHONHASHSEED");
    if (wanted == nullptr || *wanted == '\0' || strcmp(wanted, "random") == 0) {
        if (_PyOS_URandomNonblock(&_Py_HashSecret, sizeof _Py_HashSecret) < 0)
            failStart("failed to get random numbers to initialize Python");
        return;
    }
    char* end = nullptr;
    const unsigned long long seed = strtoull(wanted, &end, 10);
    if (*end != '\0' || seed > UINT32_MAX)
        failStart("PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]");
    memset(&_Py_HashSecret, 0, sizeof _Py_HashSecret);
    if (seed != 0)
        fillFromSeed(static_cast<unsigned>(seed), reinterpret_cast<unsigned char*>(&_Py_HashSecret),
                     sizeof _Py_HashSecret);
}

// What will be computed anew anyway is only weight.
void blank() {
    lists.strings.forEach([](char* at) { hashField(reinterpret_cast<PyObject*>(at)) = 0; });
    lists.byte_strings.forEach([](char* at) { bytesHashField(reinterpret_cast<PyObject*>(at)) = 0; });
    lists.string_keys.forEach([](char* at) {
        const DictKeys keys{reinterpret_cast<DictTable*>(at)};
        memset(keys.table->indices, 0, keys.indexBytes());
    });
}

}  // namespace

bool recordHashes() {
    TypeTable types;
    TableCollection tables;
    if (!types.fill([&](PyTypeObject* type) { return addForType(type, tables); }))
        return false;
    if (!scan(types, tables) || !listTables(tables) || !walkCollector(types)) {
        PyErr_NoMemory();
        return false;
    }
    blank();
    return true;
}

void renewHashes() {
    chooseSecret();
    lists.strings.forEach([](char* at) {
        auto* const string = reinterpret_cast<PyObject*>(at);
        hashField(string) = hashOf(string);
    });
    lists.byte_strings.forEach([](char* at) {
        auto* const bytes = reinterpret_cast<PyObject*>(at);
        bytesHashField(bytes) = hashOfBytes(bytes);
    });
    lists.cached_hashes.forEach([](char* at) { *reinterpret_cast<Py_hash_t*>(at) = -1; });
    lists.string_keys.forEach([](char* at) { DictKeys{reinterpret_cast<DictTable*>(at)}.rebuild(); });
    lists.hash_tables.forEach([](char* at) { rebuildHashTable(reinterpret_cast<_Py_hashtable_t*>(at)); });
    lists.keys.forEach([](char* at) { rebuildKeys(reinterpret_cast<DictTable*>(at)); });
    lists.sets.forEach([](char* at) { rebuildSet(reinterpret_cast<PySetObject*>(at)); });
}

void renewPythonHashes() {
    lists.late_keys.forEach([](char* at) { rebuildKeys(reinterpret_cast<DictTable*>(at)); });
    lists.late_sets.forEach([](char* at) { rebuildSet(reinterpret_cast<PySetObject*>(at)); });
    lists.ordered_dicts.forEach([](char* at) {
        for (OrderedNode* node = reinterpret_cast<OrderedDict*>(at)->first; node != nullptr;
             node = node->next)
            node->hash = newHash(node->key, node->hash);
    });
    lists.caches.forEach([](char* at) {
        auto* const root = reinterpret_cast<CacheLink*>(at);
        for (CacheLink* link = root->next; link != root; link = link->next)
            link->hash = newHash(link->key, link->hash);
    });
}
