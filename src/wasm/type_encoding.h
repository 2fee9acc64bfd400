// SPDX-License-Identifier: Apache-2.0
//
// Types to bytes and back.
#pragma once

#include "wasm/byte_reader.h"
#include "wasm/byte_writer.h"
#include "wasm/types.h"

namespace taipan::wasm {

/// Encodings that begin a value type stand in the same byte as small negative numbers do.
bool isValueTypeByte(uint8_t byte);

HeapType readHeapType(ByteReader& reader);
ValueType readValueType(ByteReader& reader);
ValueType readReferenceType(ByteReader& reader);
std::vector<ValueType> readValueTypes(ByteReader& reader);
SubType readSubType(ByteReader& reader);
Limits readLimits(ByteReader& reader);
TableType readTableType(ByteReader& reader);
GlobalType readGlobalType(ByteReader& reader);

void writeHeapType(ByteWriter& writer, HeapType heap);
void writeValueType(ByteWriter& writer, const ValueType& type);
void writeValueTypes(ByteWriter& writer, const std::vector<ValueType>& types);
void writeSubType(ByteWriter& writer, const SubType& type);
void writeLimits(ByteWriter& writer, const Limits& limits);
void writeTableType(ByteWriter& writer, const TableType& type);
void writeGlobalType(ByteWriter& writer, const GlobalType& type);

}  // namespace taipan::wasm
