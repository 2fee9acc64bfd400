// SPDX-License-Identifier: Apache-2.0
//
// Bytes to a Module. Each section is read by one function of a table; what is wrong inside is said with its
// place.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "wasm/instructions.h"
#include "wasm/module.h"
#include "wasm/section_order.h"
#include "wasm/type_encoding.h"

namespace taipan::wasm {

namespace {

constexpr uint8_t kGroupForm = 0x4e;
constexpr uint8_t kTableWithInitial = 0x40;

/// Up to and with the `end` of its own.
Expression readExpression(ByteReader& reader) {
    const size_t start = reader.position();
    Instruction instruction;
    for (size_t depth = 1; depth > 0 && readInstruction(reader, instruction);) {
        switch (instruction.opcode) {
            case Opcode::kBlock:
            case Opcode::kLoop:
            case Opcode::kIf:
            case Opcode::kTry:
            case Opcode::kTryTable:
                ++depth;
                break;
            case Opcode::kEnd:
            case Opcode::kDelegate:
                --depth;
                break;
            default:
                break;
        }
    }
    return reader.failed() ? Expression{} : reader.since(start);
}

TagType readTagType(ByteReader& reader) {
    const size_t offset = reader.fileOffset();
    if (reader.u8() != 0)
        reader.failAt("no kind of tag", offset);
    return {reader.u32()};
}

ExternKind readExternKind(ByteReader& reader) {
    const size_t offset = reader.fileOffset();
    const uint8_t kind = reader.u8();
    if (kind <= static_cast<uint8_t>(ExternKind::Tag))
        return static_cast<ExternKind>(kind);
    reader.failAt(fmt::format("{} is no kind of import or export", kind), offset);
    return ExternKind::Function;
}

ExternType readExternType(ByteReader& reader) {
    switch (readExternKind(reader)) {
        case ExternKind::Function:
            return FunctionImport{reader.u32()};
        case ExternKind::Table:
            return readTableType(reader);
        case ExternKind::Memory:
            return readLimits(reader);
        case ExternKind::Global:
            return readGlobalType(reader);
        case ExternKind::Tag:
            break;
    }
    return readTagType(reader);
}

/// Calls `read` once for each of the things whose count comes first.
template <typename Read>
void repeat(ByteReader& reader, Read read) {
    for (uint32_t left = reader.count(); left > 0 && !reader.failed(); --left)
        read();
}

void readTypes(ByteReader& reader, Module& module) {
    repeat(reader, [&] {
        ByteReader ahead = reader;
        TypeGroup group{static_cast<uint32_t>(module.types.size()), 1, ahead.u8() == kGroupForm};
        if (group.is_explicit) {
            reader = ahead;
            group.count = reader.count();
        }
        for (uint32_t i = 0; i < group.count && !reader.failed(); ++i)
            module.types.push_back(readSubType(reader));
        module.groups.push_back(group);
    });
}

void readImports(ByteReader& reader, Module& module) {
    repeat(reader, [&] {
        const std::string_view from = reader.name();
        const std::string_view name = reader.name();
        module.imports.push_back({from, name, readExternType(reader)});
    });
}

void readFunctions(ByteReader& reader, Module& module) {
    repeat(reader, [&] { module.functions.push_back({reader.u32(), {}, 0}); });
}

void readTables(ByteReader& reader, Module& module) {
    repeat(reader, [&] {
        ByteReader ahead = reader;
        if (ahead.u8() != kTableWithInitial) {
            module.tables.push_back({readTableType(reader)});
            return;
        }
        reader = ahead;
        if (const size_t offset = reader.fileOffset(); reader.u8() != 0)
            reader.failAt("no kind of table", offset);
        const TableType type = readTableType(reader);
        module.tables.push_back({type, readExpression(reader)});
    });
}

void readMemories(ByteReader& reader, Module& module) {
    repeat(reader, [&] { module.memories.push_back(readLimits(reader)); });
}

void readTags(ByteReader& reader, Module& module) {
    repeat(reader, [&] { module.tags.push_back(readTagType(reader)); });
}

void readGlobals(ByteReader& reader, Module& module) {
    repeat(reader, [&] {
        const GlobalType type = readGlobalType(reader);
        module.globals.push_back({type, readExpression(reader)});
    });
}

void readExports(ByteReader& reader, Module& module) {
    repeat(reader, [&] {
        const std::string_view name = reader.name();
        const ExternKind kind = readExternKind(reader);
        module.exports.push_back({name, kind, reader.u32()});
    });
}

void readStart(ByteReader& reader, Module& module) {
    module.start = reader.u32();
}

// Bits of the number that an element segment begins with.
constexpr uint32_t kNotActive = 1;
constexpr uint32_t kExplicitTable = 2;  // of an active one
constexpr uint32_t kDeclarative = 2;    // of one that is not
constexpr uint32_t kExpressions = 4;

SegmentMode elementMode(uint32_t flags) {
    if ((flags & kNotActive) == 0)
        return SegmentMode::Active;
    return (flags & kDeclarative) != 0 ? SegmentMode::Declarative : SegmentMode::Passive;
}

/// The type of the elements: of expressions it is written, of functions a zero stands in its place.
ValueType readElementType(ByteReader& reader, bool has_expressions) {
    if (has_expressions)
        return readReferenceType(reader);
    if (const size_t offset = reader.fileOffset(); reader.u8() != 0)
        reader.failAt("no kind of element", offset);
    return reference(HeapType(AbstractHeap::Func), false);
}

ElementSegment readElementSegment(ByteReader& reader) {
    const size_t offset = reader.fileOffset();
    const uint32_t flags = reader.u32();
    if (flags > 7)
        reader.failAt(fmt::format("{} is no kind of element segment", flags), offset);
    ElementSegment segment;
    segment.mode = elementMode(flags);
    const bool has_expressions = (flags & kExpressions) != 0;
    if (segment.mode == SegmentMode::Active) {
        segment.table = (flags & kExplicitTable) != 0 ? reader.u32() : 0;
        segment.offset = readExpression(reader);
    }
    // The oldest two forms leave the type out.
    if ((flags & (kNotActive | kExplicitTable)) != 0) {
        segment.type = readElementType(reader, has_expressions);
    } else if (!has_expressions) {
        segment.type = reference(HeapType(AbstractHeap::Func), false);
    }
    if (has_expressions) {
        auto& expressions = segment.elements.emplace<std::vector<Expression>>();
        repeat(reader, [&] { expressions.push_back(readExpression(reader)); });
    } else {
        auto& functions = segment.elements.emplace<std::vector<uint32_t>>();
        repeat(reader, [&] { functions.push_back(reader.u32()); });
    }
    return segment;
}

void readElements(ByteReader& reader, Module& module) {
    repeat(reader, [&] { module.elements.push_back(readElementSegment(reader)); });
}

void readDataCount(ByteReader& reader, Module& module) {
    module.data_count = reader.u32();
}

void readCode(ByteReader& reader, Module& module) {
    const size_t offset = reader.fileOffset();
    const uint32_t count = reader.count();
    if (!reader.failed() && count != module.functions.size())
        reader.failAt(fmt::format("{} functions have {} bodies", module.functions.size(), count), offset);
    for (Function& function : module.functions) {
        if (reader.failed())
            return;
        const uint32_t size = reader.u32();
        function.body_offset = reader.fileOffset();
        function.body = reader.bytes(size);
    }
}

void readData(ByteReader& reader, Module& module) {
    repeat(reader, [&] {
        const size_t offset = reader.fileOffset();
        const uint32_t flags = reader.u32();
        if (flags > 2)
            reader.failAt(fmt::format("{} is no kind of data segment", flags), offset);
        DataSegment segment;
        segment.mode = flags == 1 ? SegmentMode::Passive : SegmentMode::Active;
        segment.memory = flags == 2 ? reader.u32() : 0;
        if (segment.mode == SegmentMode::Active)
            segment.offset = readExpression(reader);
        segment.bytes = reader.bytes(reader.u32());
        module.data.push_back(segment);
    });
}

struct SectionReader {
    SectionId id;
    void (*read)(ByteReader&, Module&);
};

constexpr SectionReader kReaders[] = {
    {SectionId::Type, readTypes},          {SectionId::Import, readImports},
    {SectionId::Function, readFunctions},  {SectionId::Table, readTables},
    {SectionId::Memory, readMemories},     {SectionId::Tag, readTags},
    {SectionId::Global, readGlobals},      {SectionId::Export, readExports},
    {SectionId::Start, readStart},         {SectionId::Element, readElements},
    {SectionId::DataCount, readDataCount}, {SectionId::Code, readCode},
    {SectionId::Data, readData},
};

/// Reads the sections of a file one behind the other.
class ModuleReader {
  public:
    explicit ModuleReader(Bytes bytes) : file_(bytes) {}

    Result<Module> run() {
        if (file_.fixed32() != kMagic || file_.fixed32() != kVersion)
            file_.failAt("the first bytes are not those of a module of version 1", 0);
        while (!file_.failed() && !file_.atEnd())
            readSection();
        if (!file_.failed() && !code_seen_ && !module_.functions.empty())
            file_.fail(fmt::format("{} functions have no bodies", module_.functions.size()));
        if (!file_.failed() && module_.data_count && *module_.data_count != module_.data.size())
            file_.fail(fmt::format("{} data segments are announced and {} are there", *module_.data_count,
                                   module_.data.size()));
        if (file_.failed())
            return taipan::fail("no WebAssembly module: " + file_.failure(),
                                "check that the file is whole, and a module rather than a component");
        return std::move(module_);
    }

  private:
    void readSection() {
        const size_t start = file_.fileOffset();
        const uint8_t number = file_.u8();
        const uint32_t size = file_.u32();
        const size_t inside = file_.fileOffset();
        ByteReader section(file_.bytes(size), inside);
        if (file_.failed())
            return;
        if (number == static_cast<uint8_t>(SectionId::Custom)) {
            readCustom(section);
        } else {
            readKnown(number, start, section);
        }
        if (!section.failed() && !section.atEnd())
            section.fail("a section goes on behind its contents");
        if (section.failed())
            file_.adopt(section);
    }

    void readCustom(ByteReader& section) {
        const std::string_view name = section.name();
        module_.customs.push_back({name, section.bytes(section.left()), last_});
    }

    void readKnown(uint8_t number, size_t start, ByteReader& section) {
        const auto known = std::ranges::find(kReaders, static_cast<SectionId>(number), &SectionReader::id);
        if (known == std::end(kReaders)) {
            section.failAt(fmt::format("there is no section {}", number), start);
            return;
        }
        const auto rank = std::ranges::find(kSectionOrder, known->id) - kSectionOrder.begin() + 1;
        if (rank <= last_rank_) {
            section.failAt(fmt::format("section {} is twice there or out of order", number), start);
            return;
        }
        last_ = known->id;
        last_rank_ = rank;
        code_seen_ |= known->id == SectionId::Code;
        known->read(section, module_);
    }

    ByteReader file_;
    Module module_;
    SectionId last_ = SectionId::Custom;
    ptrdiff_t last_rank_ = 0;
    bool code_seen_ = false;
};

}  // namespace

Result<Module> readModule(Bytes bytes) {
    return ModuleReader(bytes).run();
}

}  // namespace taipan::wasm
