// SPDX-License-Identifier: Apache-2.0
//
// A WebAssembly module, taken apart: sections as vectors, in the order of the file; code and data as views of
// the bytes that were read. Whoever puts in new bytes keeps them in `owned`. Indices count imports first, as
// everywhere in the format.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "support/result.h"
#include "wasm/byte_reader.h"
#include "wasm/types.h"

namespace taipan::wasm {

/// The numbers are the encodings.
enum class ExternKind : uint8_t { Function, Table, Memory, Global, Tag };

enum class SectionId : uint8_t {
    Custom,
    Type,
    Import,
    Function,
    Table,
    Memory,
    Global,
    Export,
    Start,
    Element,
    Code,
    Data,
    DataCount,
    Tag,
};

/// A constant expression with its `end`.
using Expression = Bytes;

struct FunctionImport {
    uint32_t type = 0;
};
struct TagType {
    uint32_t type = 0;
};

/// In the order of ExternKind.
using ExternType = std::variant<FunctionImport, TableType, MemoryType, GlobalType, TagType>;

struct Import {
    std::string_view module;
    std::string_view name;
    ExternType type;
    ExternKind kind() const { return static_cast<ExternKind>(type.index()); }
};

struct Export {
    std::string_view name;
    ExternKind kind = ExternKind::Function;
    uint32_t index = 0;
};

struct Function {
    uint32_t type = 0;
    Bytes body;              ///< locals and instructions, without the size
    size_t body_offset = 0;  ///< in the file
};

struct Table {
    TableType type;
    std::optional<Expression> initial = std::nullopt;  ///< of every element; null if there is none
};

struct Global {
    GlobalType type;
    Expression initial;
};

enum class SegmentMode : uint8_t { Active, Passive, Declarative };

struct ElementSegment {
    SegmentMode mode = SegmentMode::Active;
    uint32_t table = 0;      ///< active ones
    Expression offset = {};  ///< active ones
    ValueType type = nullable(AbstractHeap::Func);
    /// Functions by number, or anything by expression.
    std::variant<std::vector<uint32_t>, std::vector<Expression>> elements = {};
};

struct DataSegment {
    SegmentMode mode = SegmentMode::Active;
    uint32_t memory = 0;     ///< active ones
    Expression offset = {};  ///< active ones
    Bytes bytes = {};
};

struct CustomSection {
    std::string_view name;
    Bytes bytes;
    SectionId after = SectionId::Custom;  ///< the section it follows; Custom: the beginning of the file
};

struct Module {
    std::vector<SubType> types;
    std::vector<TypeGroup> groups;  ///< all of `types`, in order
    std::vector<Import> imports;
    std::vector<Function> functions;
    std::vector<Table> tables;
    std::vector<MemoryType> memories;
    std::vector<TagType> tags;
    std::vector<Global> globals;
    std::vector<Export> exports;
    std::optional<uint32_t> start;
    std::vector<ElementSegment> elements;
    std::optional<uint32_t> data_count;
    std::vector<DataSegment> data;
    std::vector<CustomSection> customs;

    std::deque<std::vector<uint8_t>> owned;

    /// Keeps the bytes as long as the module lives.
    Bytes keep(std::vector<uint8_t> bytes) { return owned.emplace_back(std::move(bytes)); }

    uint32_t importedCount(ExternKind kind) const;
    const Export* findExport(std::string_view name, ExternKind kind) const;
};

/// The module's parts are views of `bytes`. Fails on what is not a WebAssembly module, with the place.
Result<Module> readModule(Bytes bytes);

/// Numbers as short as they can be, sections that have nothing left out.
std::vector<uint8_t> writeModule(const Module& module);

}  // namespace taipan::wasm
