// SPDX-License-Identifier: Apache-2.0
#include "wasm/type_encoding.h"

#include <fmt/format.h>

#include <utility>

namespace taipan::wasm {

namespace {

constexpr uint8_t kNullableReference = 0x63;
constexpr uint8_t kReference = 0x64;
constexpr uint8_t kFunctionForm = 0x60;
constexpr uint8_t kStructForm = 0x5f;
constexpr uint8_t kArrayForm = 0x5e;
constexpr uint8_t kOpenSubType = 0x50;
constexpr uint8_t kFinalSubType = 0x4f;

constexpr uint8_t kHasMaximum = 1;
constexpr uint8_t kShared = 2;
constexpr uint8_t k64Bit = 4;

bool isAbstractHeap(uint8_t byte) {
    return byte >= static_cast<uint8_t>(AbstractHeap::Exn) &&
           byte <= static_cast<uint8_t>(AbstractHeap::NoExn);
}

bool isPlain(uint8_t byte) {
    return byte >= static_cast<uint8_t>(ValueKind::V128) && byte <= static_cast<uint8_t>(ValueKind::I32);
}

/// The rest of a value type that begins with `byte`.
ValueType valueTypeOf(uint8_t byte, size_t offset, ByteReader& reader) {
    if (isPlain(byte))
        return {static_cast<ValueKind>(byte)};
    if (isAbstractHeap(byte))
        return nullable(static_cast<AbstractHeap>(byte));
    if (byte == kNullableReference || byte == kReference) {
        const HeapType heap = readHeapType(reader);
        return reference(heap, byte == kNullableReference);
    }
    if (!reader.failed())
        reader.failAt(fmt::format("0x{:02x} is no value type", byte), offset);
    return kI32;
}

Field readField(ByteReader& reader) {
    const size_t offset = reader.fileOffset();
    const uint8_t byte = reader.u8();
    const bool is_packed =
        byte == static_cast<uint8_t>(ValueKind::I8) || byte == static_cast<uint8_t>(ValueKind::I16);
    const ValueType type =
        is_packed ? ValueType{static_cast<ValueKind>(byte)} : valueTypeOf(byte, offset, reader);
    return {type, reader.flag("mutability")};
}

std::variant<FunctionType, StructType, ArrayType> readComposite(uint8_t form, size_t offset,
                                                                ByteReader& reader) {
    if (form == kFunctionForm) {
        FunctionType type;
        type.parameters = readValueTypes(reader);
        type.results = readValueTypes(reader);
        return type;
    }
    if (form == kStructForm) {
        StructType type;
        for (uint32_t left = reader.count(); left > 0 && !reader.failed(); --left)
            type.fields.push_back(readField(reader));
        return type;
    }
    if (form == kArrayForm)
        return ArrayType{readField(reader)};
    reader.failAt(fmt::format("0x{:02x} is no form of type", form), offset);
    return FunctionType{};
}

void writeField(ByteWriter& writer, const Field& field) {
    writeValueType(writer, field.type);
    writer.u8(field.is_mutable ? 1 : 0);
}

struct CompositeWriter {
    ByteWriter& writer;

    void operator()(const FunctionType& type) const {
        writer.u8(kFunctionForm);
        writeValueTypes(writer, type.parameters);
        writeValueTypes(writer, type.results);
    }
    void operator()(const StructType& type) const {
        writer.u8(kStructForm);
        writer.u32(static_cast<uint32_t>(type.fields.size()));
        for (const Field& field : type.fields)
            writeField(writer, field);
    }
    void operator()(const ArrayType& type) const {
        writer.u8(kArrayForm);
        writeField(writer, type.element);
    }
};

}  // namespace

bool isValueTypeByte(uint8_t byte) {
    return isPlain(byte) || isAbstractHeap(byte) || byte == kNullableReference || byte == kReference;
}

HeapType readHeapType(ByteReader& reader) {
    const size_t offset = reader.fileOffset();
    const int64_t code = reader.s33();
    if (code >= 0 && code <= INT32_MAX)
        return HeapType(static_cast<uint32_t>(code));
    // Abstract ones stand as negative numbers of one byte.
    if (code >= -0x40 && code < 0 && isAbstractHeap(static_cast<uint8_t>(code & 0x7f)))
        return HeapType(static_cast<AbstractHeap>(code & 0x7f));
    reader.failAt("no heap type", offset);
    return {};
}

ValueType readValueType(ByteReader& reader) {
    const size_t offset = reader.fileOffset();
    return valueTypeOf(reader.u8(), offset, reader);
}

ValueType readReferenceType(ByteReader& reader) {
    const size_t offset = reader.fileOffset();
    const ValueType type = readValueType(reader);
    if (!type.isReference())
        reader.failAt("no reference type", offset);
    return type;
}

std::vector<ValueType> readValueTypes(ByteReader& reader) {
    std::vector<ValueType> types;
    for (uint32_t left = reader.count(); left > 0 && !reader.failed(); --left)
        types.push_back(readValueType(reader));
    return types;
}

SubType readSubType(ByteReader& reader) {
    SubType type;
    size_t offset = reader.fileOffset();
    uint8_t form = reader.u8();
    if (form == kOpenSubType || form == kFinalSubType) {
        type.is_final = form == kFinalSubType;
        for (uint32_t left = reader.count(); left > 0 && !reader.failed(); --left)
            type.supertypes.push_back(reader.u32());
        offset = reader.fileOffset();
        form = reader.u8();
    }
    type.composite = readComposite(form, offset, reader);
    return type;
}

Limits readLimits(ByteReader& reader) {
    const size_t offset = reader.fileOffset();
    const uint8_t flags = reader.u8();
    if (flags > (kHasMaximum | kShared | k64Bit))
        reader.failAt(fmt::format("0x{:02x} is no kind of limits", flags), offset);
    Limits limits;
    limits.is_shared = (flags & kShared) != 0;
    limits.is_64 = (flags & k64Bit) != 0;
    const auto bound = [&] { return limits.is_64 ? reader.u64() : reader.u32(); };
    limits.minimum = bound();
    if ((flags & kHasMaximum) != 0)
        limits.maximum = bound();
    return limits;
}

TableType readTableType(ByteReader& reader) {
    const ValueType element = readReferenceType(reader);
    return {element, readLimits(reader)};
}

GlobalType readGlobalType(ByteReader& reader) {
    const ValueType type = readValueType(reader);
    return {type, reader.flag("mutability")};
}

void writeHeapType(ByteWriter& writer, HeapType heap) {
    if (heap.isAbstract()) {
        writer.u8(static_cast<uint8_t>(heap.abstract()));
    } else {
        writer.signedNumber(heap.index());
    }
}

void writeValueType(ByteWriter& writer, const ValueType& type) {
    if (!type.isReference()) {
        writer.u8(static_cast<uint8_t>(type.kind));
        return;
    }
    if (!type.is_nullable || !type.heap.isAbstract())
        writer.u8(type.is_nullable ? kNullableReference : kReference);
    writeHeapType(writer, type.heap);
}

void writeValueTypes(ByteWriter& writer, const std::vector<ValueType>& types) {
    writer.u32(static_cast<uint32_t>(types.size()));
    for (const ValueType& type : types)
        writeValueType(writer, type);
}

void writeSubType(ByteWriter& writer, const SubType& type) {
    if (!type.is_final || !type.supertypes.empty()) {
        writer.u8(type.is_final ? kFinalSubType : kOpenSubType);
        writer.u32(static_cast<uint32_t>(type.supertypes.size()));
        for (const uint32_t supertype : type.supertypes)
            writer.u32(supertype);
    }
    std::visit(CompositeWriter{writer}, type.composite);
}

void writeLimits(ByteWriter& writer, const Limits& limits) {
    writer.u8(static_cast<uint8_t>((limits.maximum ? kHasMaximum : 0) | (limits.is_shared ? kShared : 0) |
                                   (limits.is_64 ? k64Bit : 0)));
    writer.u64(limits.minimum);
    if (limits.maximum)
        writer.u64(*limits.maximum);
}

void writeTableType(ByteWriter& writer, const TableType& type) {
    writeValueType(writer, type.element);
    writeLimits(writer, type.limits);
}

void writeGlobalType(ByteWriter& writer, const GlobalType& type) {
    writeValueType(writer, type.type);
    writer.u8(type.is_mutable ? 1 : 0);
}

}  // namespace taipan::wasm
