// SPDX-License-Identifier: Apache-2.0
//
// The types of WebAssembly, as the binary format has them. An index is into the type section of a module.
#pragma once

#include <cstdint>
#include <optional>
#include <variant>
#include <vector>

namespace taipan::wasm {

/// Heap types that every module has; the numbers are their encodings.
enum class AbstractHeap : uint8_t {
    Exn = 0x69,
    Array = 0x6a,
    Struct = 0x6b,
    I31 = 0x6c,
    Eq = 0x6d,
    Any = 0x6e,
    Extern = 0x6f,
    Func = 0x70,
    None = 0x71,
    NoExtern = 0x72,
    NoFunc = 0x73,
    NoExn = 0x74,
};

/// What a reference refers to: an abstract heap type or a type of the module.
class HeapType {
  public:
    constexpr HeapType() = default;
    constexpr explicit HeapType(AbstractHeap abstract) : code_(kAbstract | static_cast<uint32_t>(abstract)) {}
    constexpr explicit HeapType(uint32_t index) : code_(index) {}

    constexpr bool isAbstract() const { return (code_ & kAbstract) != 0; }
    constexpr AbstractHeap abstract() const { return static_cast<AbstractHeap>(code_ & 0xff); }
    constexpr uint32_t index() const { return code_; }

    constexpr bool operator==(const HeapType&) const = default;

  private:
    static constexpr uint32_t kAbstract = 0x8000'0000;
    uint32_t code_ = kAbstract;
};

/// The numbers are the encodings; I8 and I16 are for fields only.
enum class ValueKind : uint8_t {
    Unknown = 0,  ///< what stands on the stack of code that is never reached
    Reference = 0x64,
    I16 = 0x77,
    I8 = 0x78,
    V128 = 0x7b,
    F64 = 0x7c,
    F32 = 0x7d,
    I64 = 0x7e,
    I32 = 0x7f,
};

struct ValueType {
    ValueKind kind = ValueKind::Unknown;
    bool is_nullable = false;  ///< references only
    HeapType heap = {};        ///< references only

    constexpr bool isReference() const { return kind == ValueKind::Reference; }
    constexpr bool isPacked() const { return kind == ValueKind::I8 || kind == ValueKind::I16; }
    constexpr bool operator==(const ValueType&) const = default;
};

inline constexpr ValueType kI32{ValueKind::I32};
inline constexpr ValueType kI64{ValueKind::I64};
inline constexpr ValueType kF32{ValueKind::F32};
inline constexpr ValueType kF64{ValueKind::F64};
inline constexpr ValueType kV128{ValueKind::V128};
inline constexpr ValueType kUnknown{};

constexpr ValueType reference(HeapType heap, bool is_nullable) {
    return {ValueKind::Reference, is_nullable, heap};
}
constexpr ValueType nullable(AbstractHeap heap) {
    return reference(HeapType(heap), true);
}

struct FunctionType {
    std::vector<ValueType> parameters;
    std::vector<ValueType> results;
    bool operator==(const FunctionType&) const = default;
};

struct Field {
    ValueType type;
    bool is_mutable = false;
    bool operator==(const Field&) const = default;
};

struct StructType {
    std::vector<Field> fields;
    bool operator==(const StructType&) const = default;
};

struct ArrayType {
    Field element;
    bool operator==(const ArrayType&) const = default;
};

struct SubType {
    bool is_final = true;
    std::vector<uint32_t> supertypes = {};
    std::variant<FunctionType, StructType, ArrayType> composite = FunctionType{};
};

/// Types that may name each other; most groups are of one.
struct TypeGroup {
    uint32_t first = 0;
    uint32_t count = 1;
    bool is_explicit = false;  ///< written as a group, even if of one
};

struct Limits {
    uint64_t minimum = 0;
    std::optional<uint64_t> maximum = std::nullopt;
    bool is_shared = false;
    bool is_64 = false;  ///< indices and addresses have 64 bits

    constexpr ValueType address() const { return is_64 ? kI64 : kI32; }
    bool operator==(const Limits&) const = default;
};

/// In pages of 64 KiB.
using MemoryType = Limits;

struct TableType {
    ValueType element;
    Limits limits;
    bool operator==(const TableType&) const = default;
};

struct GlobalType {
    ValueType type;
    bool is_mutable = false;
    bool operator==(const GlobalType&) const = default;
};

}  // namespace taipan::wasm
