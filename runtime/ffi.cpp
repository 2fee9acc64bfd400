// SPDX-License-Identifier: Apache-2.0
// libffi's backend for Emscripten, in place of its own src/wasm32/ffi.c. That one calls C functions, and lets
// C call closures, through JavaScript; a callback that waits or merely runs until the next tick could then
// not be suspended. Here both ways are WebAssembly all through.
//
// A function's WebAssembly type is spelled in letters, i j f d for i32 i64 f32 f64: one per parameter, and
// one, or nothing, for the result. Arguments travel in slots of eight bytes, one per parameter. Between slots
// and a function's real parameters stand two kinds of small functions that the host generates
// (web/common/ffi.ts):
//
//   ffi_call -> thunk: loads the slots          -> the C function -> thunk: stores the result -> ffi_call
//   C code   -> bound function: fills the slots -> runClosure     -> loads the result         -> C code
#include <Python.h>
#include <alloca.h>
#include <ffi.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "host_imports.h"

namespace {

using Slot = uint64_t;

// Calls `function` with the arguments in `slots` and stores what it returns; false, with nothing done, when
// `function` has another type than the thunk is for.
using Thunk = int32_t (*)(void (*function)(), const Slot* slots, Slot* result);

// How the C ABI for WebAssembly passes a value.
enum class Passing : uint8_t {
    I32,
    I64,
    F32,
    F64,
    TwoI64,  // long double; as a result it goes to memory
    Memory,  // as the address of a copy, or of the place for the result
    Nothing,
};

constexpr char kLetters[] = {'i', 'j', 'f', 'd'};  // of the first four

constexpr Passing kPassing[] = {
    /* FFI_TYPE_VOID */ Passing::Nothing,
    /* FFI_TYPE_INT */ Passing::I32,
    /* FFI_TYPE_FLOAT */ Passing::F32,
    /* FFI_TYPE_DOUBLE */ Passing::F64,
    /* FFI_TYPE_LONGDOUBLE */ Passing::TwoI64,
    /* FFI_TYPE_UINT8 */ Passing::I32,
    /* FFI_TYPE_SINT8 */ Passing::I32,
    /* FFI_TYPE_UINT16 */ Passing::I32,
    /* FFI_TYPE_SINT16 */ Passing::I32,
    /* FFI_TYPE_UINT32 */ Passing::I32,
    /* FFI_TYPE_SINT32 */ Passing::I32,
    /* FFI_TYPE_UINT64 */ Passing::I64,
    /* FFI_TYPE_SINT64 */ Passing::I64,
    /* FFI_TYPE_STRUCT */ Passing::Memory,
    /* FFI_TYPE_POINTER */ Passing::I32,
};
static_assert(FFI_TYPE_VOID == 0 && FFI_TYPE_STRUCT == 13 && FFI_TYPE_POINTER == 14);
static_assert(sizeof kPassing ==
              FFI_TYPE_POINTER + 1);  // what follows, complex numbers, is refused by libffi itself

// In ffi_cif::flags.
constexpr unsigned kVariadic = 1;

// What JavaScript engines agreed to allow.
constexpr unsigned kMostParameters = 1000;

// Variadic arguments take words at least; the largest that is not passed as an address is a long double.
constexpr size_t kLeastVariadic = 4;
constexpr size_t kMostVariadic = 2 * sizeof(long double);  // with padding

uintptr_t alignUp(uintptr_t address, size_t alignment) {
    return (address + alignment - 1) & ~(alignment - 1);
}

void* pointerIn(Slot slot) {
    return reinterpret_cast<void*>(static_cast<uintptr_t>(slot));
}

Slot slotOf(const void* pointer) {
    return reinterpret_cast<uintptr_t>(pointer);
}

size_t larger(size_t a, size_t b) {
    return a > b ? a : b;
}

// A structure around one scalar is passed as that scalar. One that is larger than its only member is not: it
// has padding, or the member stands for an array (ctypes describes arrays as pointers).
const ffi_type& unwrapped(const ffi_type& type) {
    const ffi_type* inner = &type;
    while (inner->type == FFI_TYPE_STRUCT) {
        ffi_type* const* const members = inner->elements;
        if (members[0] == nullptr || members[1] != nullptr || members[0]->size != inner->size) {
            break;
        }
        inner = members[0];
    }
    return *inner;
}

Passing passingOf(const ffi_type& unwrapped_type) {
    return kPassing[unwrapped_type.type];
}

bool returnsInMemory(const ffi_type& unwrapped_type) {
    const Passing passing = passingOf(unwrapped_type);
    return passing == Passing::Memory || passing == Passing::TwoI64;
}

template <typename Value>
Value read(const void* from) {
    Value value;
    memcpy(&value, from, sizeof value);
    return value;
}

// The scalar at `from` as a slot holds it; small integers are widened to an i32 by their sign.
Slot load(const ffi_type& unwrapped_type, const void* from) {
    switch (unwrapped_type.type) {
        case FFI_TYPE_UINT8:
            return read<uint8_t>(from);
        case FFI_TYPE_SINT8:
            return static_cast<uint32_t>(read<int8_t>(from));
        case FFI_TYPE_UINT16:
            return read<uint16_t>(from);
        case FFI_TYPE_SINT16:
            return static_cast<uint32_t>(read<int16_t>(from));
        default:
            return unwrapped_type.size == sizeof(uint64_t) ? read<uint64_t>(from) : read<uint32_t>(from);
    }
}

// Room on the stack that is handed out piece by piece.
class Scratch {
  public:
    explicit Scratch(void* room) : next_(reinterpret_cast<uintptr_t>(room)) {}

    void* take(size_t size, size_t alignment) {
        const uintptr_t piece = alignUp(next_, alignment);
        next_ = piece + size;
        return reinterpret_cast<void*>(piece);
    }

    void* copy(const void* from, const ffi_type& type) {
        return memcpy(take(type.size, type.alignment), from, type.size);
    }

  private:
    uintptr_t next_;
};

// Enough for the place for the result, the variadic arguments and two per long double.
size_t mostSlots(const ffi_cif& cif) {
    return 2 + 2 * size_t{cif.nfixedargs};
}

// The WebAssembly type of a function.
class Signature {
  public:
    // REQUIRES: room for mostSlots(cif) letters, for as long as this lives
    Signature(const ffi_cif& cif, char* letters);

    const char* letters() const { return letters_; }
    int32_t count() const { return count_; }
    char result() const { return result_; }  // 0: none

    // The same for the same type alone; 0 when there are too many parameters to say it in so few bits.
    uint64_t key() const { return count_ <= kMostInKey ? key_ << 8 | static_cast<uint8_t>(result_) : 0; }

  private:
    static constexpr int32_t kMostInKey = 27;  // two bits each behind a leading one, and eight for the result

    void add(Passing scalar) {
        letters_[count_++] = kLetters[static_cast<int>(scalar)];
        key_ = key_ << 2 | static_cast<uint64_t>(scalar);
    }

    char* letters_;
    int32_t count_ = 0;
    char result_ = 0;
    uint64_t key_ = 1;
};

Signature::Signature(const ffi_cif& cif, char* letters) : letters_(letters) {
    const ffi_type& returned = unwrapped(*cif.rtype);
    if (returnsInMemory(returned)) {
        add(Passing::I32);
    } else if (passingOf(returned) != Passing::Nothing) {
        result_ = kLetters[static_cast<int>(passingOf(returned))];
    }
    for (unsigned i = 0; i < cif.nfixedargs; i++) {
        switch (const Passing passing = passingOf(unwrapped(*cif.arg_types[i]))) {
            case Passing::TwoI64:
                add(Passing::I64);
                add(Passing::I64);
                break;
            case Passing::Memory:
                add(Passing::I32);
                break;
            case Passing::Nothing:
                break;
            default:
                add(passing);
        }
    }
    if ((cif.flags & kVariadic) != 0) {
        add(Passing::I32);
    }
}

ffi_status prepare(ffi_cif& cif, unsigned fixed_count) {
    if (cif.abi != FFI_WASM32_EMSCRIPTEN) {
        return FFI_BAD_ABI;
    }
    cif.nfixedargs = fixed_count;
    size_t parameters = 2;  // the place for the result and the variadic arguments
    size_t copies = cif.rtype->size + cif.rtype->alignment;
    for (unsigned i = 0; i < cif.nargs; i++) {
        const ffi_type& type = *cif.arg_types[i];
        copies += type.size + type.alignment;
        if (i < fixed_count) {
            parameters += passingOf(unwrapped(type)) == Passing::TwoI64 ? 2 : 1;
        }
    }
    if (parameters > kMostParameters) {
        return FFI_BAD_TYPEDEF;
    }
    // What ffi_call takes of its scratch.
    cif.bytes = mostSlots(cif) * (sizeof(Slot) + sizeof(char)) + alignof(max_align_t) +
                (cif.nargs - fixed_count) * kMostVariadic + copies;
    return FFI_OK;
}

Thunk askForThunk(const Signature& signature) {
    return reinterpret_cast<Thunk>(
        taipan_ffi_thunk(signature.letters(), signature.count(), signature.result()));
}

// The host knows all thunks it ever made; the ones in use are known here too, which saves asking it.
Thunk thunkFor(const Signature& signature) {
    struct Known {
        uint64_t key;
        Thunk thunk;
    };
    constexpr size_t kKnown = 256;
    static Known known[kKnown];

    const uint64_t key = signature.key();
    if (key == 0) {
        return askForThunk(signature);
    }
    constexpr uint64_t kMixer = 0x9e3779b97f4a7c15U;
    Known& entry = known[(key * kMixer >> 32) % kKnown];
    if (entry.key != key) {
        entry = {key, askForThunk(signature)};
    }
    return entry.thunk;
}

// Elsewhere such a call would go wrong in silence or crash; here the engine would end the program. libffi has
// no errors of calls, so it is Python's: ctypes returns with it set.
void raiseMismatch(void (*function)(), const Signature& signature) {
    const PyGILState_STATE state = PyGILState_Ensure();
    if (function == nullptr) {
        PyErr_SetString(PyExc_ValueError, "foreign function is a NULL pointer");
    } else {
        const char result[] = {signature.result(), '\0'};
        PyErr_Format(PyExc_TypeError,
                     "foreign function does not take what it is called with, WebAssembly type (%.*s)%s; set "
                     "its argtypes",
                     static_cast<int>(signature.count()), signature.letters(), result);
    }
    PyGILState_Release(state);
}

// Calls a function that is not of the type it is called with: C gets away with too many arguments or an
// ignored result on other machines, and so do users of ctypes that leave out argtypes and restype.
void callMismatched(void (*function)(), const Signature& signature, const Slot* slots, Slot* result) {
    const int32_t thunk =
        taipan_ffi_fit(function, signature.letters(), signature.count(), signature.result());
    if (thunk == 0) {
        raiseMismatch(function, signature);
    } else {
        reinterpret_cast<Thunk>(thunk)(function, slots, result);
    }
}

// The callee finds variadic arguments one behind the other in memory, each by its own alignment.
void* packVariadic(const ffi_cif& cif, void** values, Scratch& scratch) {
    const size_t room = (cif.nargs - cif.nfixedargs) * kMostVariadic;
    void* const packed = scratch.take(room, alignof(max_align_t));
    Scratch next(packed);
    for (unsigned i = cif.nfixedargs; i < cif.nargs; i++) {
        const ffi_type& type = unwrapped(*cif.arg_types[i]);
        if (passingOf(type) == Passing::Memory) {
            const uintptr_t copy = reinterpret_cast<uintptr_t>(scratch.copy(values[i], type));
            memcpy(next.take(sizeof copy, alignof(void*)), &copy, sizeof copy);
        } else {
            void* const place =
                next.take(larger(type.size, kLeastVariadic), larger(type.alignment, kLeastVariadic));
            memcpy(place, values[i], type.size);
        }
    }
    return packed;
}

void fillSlots(const ffi_cif& cif, Slot* slot, void** values, Scratch& scratch) {
    for (unsigned i = 0; i < cif.nfixedargs; i++) {
        const ffi_type& type = unwrapped(*cif.arg_types[i]);
        switch (passingOf(type)) {
            case Passing::TwoI64:
                memcpy(slot, values[i], 2 * sizeof(Slot));
                slot += 2;
                break;
            case Passing::Memory:
                *slot++ = slotOf(scratch.copy(values[i], type));
                break;
            case Passing::Nothing:
                break;
            default:
                *slot++ = load(type, values[i]);
        }
    }
    if ((cif.flags & kVariadic) != 0) {
        *slot = slotOf(packVariadic(cif, values, scratch));
    }
}

// libffi's callers expect integers to be widened to a word, but structures to have their own size.
void storeResult(const ffi_type& type, const Slot& result, void* to) {
    const ffi_type& inner = unwrapped(type);
    if (to == nullptr || passingOf(inner) == Passing::Nothing) {
        return;
    }
    if (passingOf(inner) == Passing::I32 && type.type != FFI_TYPE_STRUCT) {
        const auto word = static_cast<ffi_arg>(load(inner, &result));
        memcpy(to, &word, sizeof word);
    } else {
        memcpy(to, &result, inner.size);
    }
}

// Where each argument of a closure is, out of its slots.
void findArguments(const ffi_cif& cif, Slot* slot, void** arguments) {
    for (unsigned i = 0; i < cif.nfixedargs; i++) {
        const Passing passing = passingOf(unwrapped(*cif.arg_types[i]));
        arguments[i] = passing == Passing::Memory ? pointerIn(*slot) : slot;
        slot += passing == Passing::TwoI64 ? 2 : passing == Passing::Nothing ? 0 : 1;
    }
    if ((cif.flags & kVariadic) == 0) {
        return;
    }
    Scratch next(pointerIn(*slot));
    for (unsigned i = cif.nfixedargs; i < cif.nargs; i++) {
        const ffi_type& type = unwrapped(*cif.arg_types[i]);
        if (passingOf(type) == Passing::Memory) {
            arguments[i] = read<void*>(next.take(sizeof(void*), alignof(void*)));
        } else {
            arguments[i] =
                next.take(larger(type.size, kLeastVariadic), larger(type.alignment, kLeastVariadic));
        }
    }
}

// What every bound function calls.
void runClosure(void* data, Slot* slots, Slot* result) {
    const ffi_closure& closure = *static_cast<ffi_closure*>(data);
    const ffi_cif& cif = *closure.cif;
    const ffi_type& returned = unwrapped(*cif.rtype);
    void** const arguments = static_cast<void**>(alloca((cif.nargs + 1) * sizeof(void*)));
    *result = 0;
    void* place = result;
    if (returnsInMemory(returned)) {
        place = pointerIn(*slots++);
    }
    findArguments(cif, slots, arguments);
    closure.fun(closure.cif, place, arguments, closure.user_data);
    if (passingOf(returned) == Passing::I32) {
        *result = load(returned, result);
    }
}

}  // namespace

extern "C" {

ffi_status ffi_prep_cif_machdep(ffi_cif* cif) {
    return prepare(*cif, cif->nargs);
}

ffi_status ffi_prep_cif_machdep_var(ffi_cif* cif, unsigned fixed_count, unsigned /*total_count*/) {
    cif->flags |= kVariadic;
    return prepare(*cif, fixed_count);
}

void ffi_call(ffi_cif* cif, void (*function)(), void* result_place, void** values) {
    Scratch scratch(alloca(cif->bytes));
    const size_t count = mostSlots(*cif);
    Slot* const slots = static_cast<Slot*>(scratch.take(count * sizeof(Slot), alignof(Slot)));
    const Signature signature(*cif, static_cast<char*>(scratch.take(count, alignof(char))));
    Slot* first_argument = slots;
    const bool in_memory = returnsInMemory(unwrapped(*cif->rtype));
    if (in_memory) {
        void* const place =
            result_place != nullptr ? result_place : scratch.take(cif->rtype->size, cif->rtype->alignment);
        *first_argument++ = slotOf(place);
    }
    fillSlots(*cif, first_argument, values, scratch);
    Slot result = 0;
    if (thunkFor(signature)(function, slots, &result) == 0) {
        callMismatched(function, signature, slots, &result);
    }
    if (!in_memory) {
        storeResult(*cif->rtype, result, result_place);
    }
}

// A closure's code is a slot of the function table. What stands in it depends on the type, which is not known
// yet.
void* ffi_closure_alloc(size_t size, void** code) {
    auto* const closure = static_cast<ffi_closure*>(malloc(size));
    if (closure == nullptr) {
        return nullptr;
    }
    closure->ftramp = reinterpret_cast<void*>(taipan_ffi_reserve());
    if (closure->ftramp == nullptr) {
        free(closure);
        return nullptr;
    }
    *code = closure->ftramp;
    return closure;
}

void ffi_closure_free(void* closure) {
    taipan_ffi_release(reinterpret_cast<intptr_t>(static_cast<ffi_closure*>(closure)->ftramp));
    free(closure);
}

ffi_status ffi_prep_closure_loc(ffi_closure* closure, ffi_cif* cif,
                                void (*run)(ffi_cif*, void*, void**, void*), void* user_data, void* code) {
    // The older ffi_prep_closure gives the closure's own address for its code, which is none.
    if (cif->abi != FFI_WASM32_EMSCRIPTEN || code != closure->ftramp) {
        return FFI_BAD_ABI;
    }
    closure->cif = cif;
    closure->fun = run;
    closure->user_data = user_data;
    const Signature signature(*cif, static_cast<char*>(alloca(mostSlots(*cif))));
    taipan_ffi_bind(reinterpret_cast<intptr_t>(code), signature.letters(), signature.count(),
                    signature.result(), closure, runClosure);
    return FFI_OK;
}

}  // extern "C"
