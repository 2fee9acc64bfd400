// SPDX-License-Identifier: Apache-2.0
//
// A Module to bytes.
#include <algorithm>

#include "wasm/byte_writer.h"
#include "wasm/module.h"
#include "wasm/section_order.h"
#include "wasm/type_encoding.h"

namespace taipan::wasm {

namespace {

constexpr uint8_t kGroupForm = 0x4e;
constexpr uint8_t kTableWithInitial = 0x40;

template <typename Items, typename Write>
void writeAll(ByteWriter& writer, const Items& items, Write write) {
    writer.u32(static_cast<uint32_t>(items.size()));
    for (const auto& item : items)
        write(item);
}

void writeTypes(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.groups, [&](const TypeGroup& group) {
        if (group.is_explicit) {
            writer.u8(kGroupForm);
            writer.u32(group.count);
        }
        for (uint32_t i = 0; i < group.count; ++i)
            writeSubType(writer, module.types[group.first + i]);
    });
}

void writeTagType(ByteWriter& writer, const TagType& tag) {
    writer.u8(0);
    writer.u32(tag.type);
}

struct ExternTypeWriter {
    ByteWriter& writer;

    void operator()(const FunctionImport& function) const { writer.u32(function.type); }
    void operator()(const TableType& table) const { writeTableType(writer, table); }
    void operator()(const MemoryType& memory) const { writeLimits(writer, memory); }
    void operator()(const GlobalType& global) const { writeGlobalType(writer, global); }
    void operator()(const TagType& tag) const { writeTagType(writer, tag); }
};

void writeImports(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.imports, [&](const Import& one) {
        writer.name(one.module);
        writer.name(one.name);
        writer.u8(static_cast<uint8_t>(one.kind()));
        std::visit(ExternTypeWriter{writer}, one.type);
    });
}

void writeFunctions(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.functions, [&](const Function& function) { writer.u32(function.type); });
}

void writeTables(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.tables, [&](const Table& table) {
        if (table.initial) {
            writer.u8(kTableWithInitial);
            writer.u8(0);
        }
        writeTableType(writer, table.type);
        if (table.initial)
            writer.bytes(*table.initial);
    });
}

void writeMemories(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.memories, [&](const MemoryType& memory) { writeLimits(writer, memory); });
}

void writeTags(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.tags, [&](const TagType& tag) { writeTagType(writer, tag); });
}

void writeGlobals(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.globals, [&](const Global& global) {
        writeGlobalType(writer, global.type);
        writer.bytes(global.initial);
    });
}

void writeExports(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.exports, [&](const Export& one) {
        writer.name(one.name);
        writer.u8(static_cast<uint8_t>(one.kind));
        writer.u32(one.index);
    });
}

/// Which of the eight forms a segment takes; the shortest that can say it.
uint32_t elementForm(const ElementSegment& segment) {
    const bool has_expressions = std::holds_alternative<std::vector<Expression>>(segment.elements);
    const uint32_t form = has_expressions ? 4 : 0;
    if (segment.mode == SegmentMode::Passive)
        return form | 1;
    if (segment.mode == SegmentMode::Declarative)
        return form | 3;
    // The forms without a table and a type mean table 0 and any function.
    const bool is_plain =
        segment.table == 0 && (!has_expressions || segment.type == nullable(AbstractHeap::Func));
    return form | (is_plain ? 0 : 2);
}

void writeElementSegment(ByteWriter& writer, const ElementSegment& segment) {
    const uint32_t form = elementForm(segment);
    writer.u32(form);
    if (segment.mode == SegmentMode::Active) {
        if ((form & 2) != 0)
            writer.u32(segment.table);
        writer.bytes(segment.offset);
    }
    if (const auto* functions = std::get_if<std::vector<uint32_t>>(&segment.elements)) {
        if ((form & 3) != 0)
            writer.u8(0);
        writeAll(writer, *functions, [&](uint32_t function) { writer.u32(function); });
    } else {
        if ((form & 3) != 0)
            writeValueType(writer, segment.type);
        writeAll(writer, std::get<std::vector<Expression>>(segment.elements),
                 [&](const Expression& expression) { writer.bytes(expression); });
    }
}

void writeElements(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.elements,
             [&](const ElementSegment& segment) { writeElementSegment(writer, segment); });
}

void writeCode(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.functions, [&](const Function& function) {
        writer.u32(static_cast<uint32_t>(function.body.size()));
        writer.bytes(function.body);
    });
}

void writeData(ByteWriter& writer, const Module& module) {
    writeAll(writer, module.data, [&](const DataSegment& segment) {
        if (segment.mode == SegmentMode::Passive) {
            writer.u32(1);
        } else {
            writer.u32(segment.memory == 0 ? 0 : 2);
            if (segment.memory != 0)
                writer.u32(segment.memory);
            writer.bytes(segment.offset);
        }
        writer.u32(static_cast<uint32_t>(segment.bytes.size()));
        writer.bytes(segment.bytes);
    });
}

struct SectionWriter {
    SectionId id;
    bool (*is_empty)(const Module&);
    void (*write)(ByteWriter&, const Module&);
};

constexpr SectionWriter kWriters[] = {
    {SectionId::Type, [](const Module& module) { return module.groups.empty(); }, writeTypes},
    {SectionId::Import, [](const Module& module) { return module.imports.empty(); }, writeImports},
    {SectionId::Function, [](const Module& module) { return module.functions.empty(); }, writeFunctions},
    {SectionId::Table, [](const Module& module) { return module.tables.empty(); }, writeTables},
    {SectionId::Memory, [](const Module& module) { return module.memories.empty(); }, writeMemories},
    {SectionId::Tag, [](const Module& module) { return module.tags.empty(); }, writeTags},
    {SectionId::Global, [](const Module& module) { return module.globals.empty(); }, writeGlobals},
    {SectionId::Export, [](const Module& module) { return module.exports.empty(); }, writeExports},
    {SectionId::Start, [](const Module& module) { return !module.start; },
     [](ByteWriter& writer, const Module& module) { writer.u32(*module.start); }},
    {SectionId::Element, [](const Module& module) { return module.elements.empty(); }, writeElements},
    {SectionId::DataCount, [](const Module& module) { return !module.data_count; },
     [](ByteWriter& writer, const Module& module) { writer.u32(static_cast<uint32_t>(module.data.size())); }},
    {SectionId::Code, [](const Module& module) { return module.functions.empty(); }, writeCode},
    {SectionId::Data, [](const Module& module) { return module.data.empty(); }, writeData},
};

void writeSection(ByteWriter& file, SectionId id, const ByteWriter& contents) {
    file.u8(static_cast<uint8_t>(id));
    file.sized(contents);
}

void writeCustomsAfter(ByteWriter& file, const Module& module, SectionId id) {
    for (const CustomSection& custom : module.customs) {
        if (custom.after != id)
            continue;
        ByteWriter contents;
        contents.name(custom.name);
        contents.bytes(custom.bytes);
        writeSection(file, SectionId::Custom, contents);
    }
}

}  // namespace

std::vector<uint8_t> writeModule(const Module& module) {
    ByteWriter file;
    file.fixed32(kMagic);
    file.fixed32(kVersion);
    writeCustomsAfter(file, module, SectionId::Custom);
    for (const SectionId id : kSectionOrder) {
        const auto writer = std::ranges::find(kWriters, id, &SectionWriter::id);
        if (!writer->is_empty(module)) {
            ByteWriter contents;
            writer->write(contents, module);
            writeSection(file, id, contents);
        }
        writeCustomsAfter(file, module, id);
    }
    return std::move(file).take();
}

}  // namespace taipan::wasm
