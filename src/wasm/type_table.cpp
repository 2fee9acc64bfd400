// SPDX-License-Identifier: Apache-2.0
//
// Two groups of types are the same if they are written alike, counting inside of a group from its beginning
// (iso-recursive equality of the specification). So each group becomes a key, and equal keys one number.
#include "wasm/type_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace taipan::wasm {

namespace {

// What a number in a key stands for, in its top bits.
constexpr uint64_t kInsideGroup = uint64_t{1} << 40;
constexpr uint64_t kCanonical = uint64_t{2} << 40;
constexpr uint64_t kAbstract = uint64_t{3} << 40;
constexpr uint64_t kNullableBit = uint64_t{1} << 48;
constexpr uint64_t kMutableBit = uint64_t{1} << 49;

bool isAbstractSubtype(AbstractHeap sub, AbstractHeap super) {
    if (sub == super)
        return true;
    switch (sub) {
        case AbstractHeap::NoFunc:
            return super == AbstractHeap::Func;
        case AbstractHeap::NoExtern:
            return super == AbstractHeap::Extern;
        case AbstractHeap::NoExn:
            return super == AbstractHeap::Exn;
        case AbstractHeap::Eq:
            return super == AbstractHeap::Any;
        case AbstractHeap::I31:
        case AbstractHeap::Struct:
        case AbstractHeap::Array:
            return super == AbstractHeap::Eq || super == AbstractHeap::Any;
        case AbstractHeap::None:
            return super == AbstractHeap::Any || super == AbstractHeap::Eq || super == AbstractHeap::I31 ||
                   super == AbstractHeap::Struct || super == AbstractHeap::Array;
        default:
            return false;
    }
}

template <typename Visit>
void forEachType(const SubType& type, Visit visit) {
    if (const auto* function = std::get_if<FunctionType>(&type.composite)) {
        std::ranges::for_each(function->parameters, visit);
        std::ranges::for_each(function->results, visit);
    } else if (const auto* structure = std::get_if<StructType>(&type.composite)) {
        for (const Field& field : structure->fields)
            visit(field.type);
    } else {
        visit(std::get<ArrayType>(type.composite).element.type);
    }
}

}  // namespace

std::string TypeTable::build(const Module& module) {
    for (const TypeGroup& group : module.groups) {
        if (std::string failure = addGroup(module, group); !failure.empty())
            return failure;
    }
    return {};
}

std::string TypeTable::addGroup(const Module& module, const TypeGroup& group) {
    const uint32_t end = group.first + group.count;
    for (uint32_t i = group.first; i < end; ++i) {
        types_.push_back(&module.types[i]);
        if (std::string failure = checkReferences(module.types[i], end); !failure.empty())
            return fmt::format("type {}: {}", i, failure);
    }
    const auto [entry, is_new] = known_groups_.try_emplace(keyOf(group), group.first);
    for (uint32_t i = 0; i < group.count; ++i)
        canonical_.push_back(entry->second + i);
    for (uint32_t i = group.first; is_new && i < end; ++i) {
        if (std::string failure = checkSupertypes(i); !failure.empty())
            return fmt::format("type {}: {}", i, failure);
    }
    return {};
}

/// A type may name those before its group and those of it.
std::string TypeTable::checkReferences(const SubType& type, uint32_t end) const {
    std::string failure;
    forEachType(type, [&](const ValueType& one) {
        if (one.isReference() && !one.heap.isAbstract() && one.heap.index() >= end)
            failure = fmt::format("there is no type {} yet", one.heap.index());
    });
    if (type.supertypes.size() > 1)
        failure = "it has more than one supertype";
    for (const uint32_t supertype : type.supertypes) {
        if (supertype >= types_.size() - 1)
            failure = fmt::format("the supertype {} is not before it", supertype);
    }
    return failure;
}

std::string TypeTable::checkSupertypes(uint32_t index) const {
    for (const uint32_t supertype : types_[index]->supertypes) {
        if (types_[supertype]->is_final)
            return fmt::format("the supertype {} is final", supertype);
        if (!declaresSubtype(*types_[index], *types_[supertype]))
            return fmt::format("it does not fit its supertype {}", supertype);
    }
    return {};
}

std::vector<uint64_t> TypeTable::keyOf(const TypeGroup& group) const {
    std::vector<uint64_t> key = {group.count};
    for (uint32_t i = group.first; i < group.first + group.count; ++i) {
        const SubType& type = *types_[i];
        key.insert(key.end(), {type.is_final ? 1U : 0U, type.supertypes.size()});
        for (const uint32_t supertype : type.supertypes)
            key.push_back(codeOf(supertype, group));
        key.push_back(type.composite.index());
        if (const auto* function = std::get_if<FunctionType>(&type.composite)) {
            key.insert(key.end(), {function->parameters.size(), function->results.size()});
            forEachType(type, [&](const ValueType& one) { key.push_back(codeOf(one, group)); });
        } else if (const auto* structure = std::get_if<StructType>(&type.composite)) {
            key.push_back(structure->fields.size());
            for (const Field& field : structure->fields)
                appendField(key, field, group);
        } else {
            appendField(key, std::get<ArrayType>(type.composite).element, group);
        }
    }
    return key;
}

void TypeTable::appendField(std::vector<uint64_t>& key, const Field& field, const TypeGroup& group) const {
    key.push_back(codeOf(field.type, group) | (field.is_mutable ? kMutableBit : 0));
}

uint64_t TypeTable::codeOf(const ValueType& type, const TypeGroup& group) const {
    if (!type.isReference())
        return static_cast<uint64_t>(type.kind);
    const uint64_t heap = type.heap.isAbstract() ? kAbstract | static_cast<uint64_t>(type.heap.abstract())
                                                 : codeOf(type.heap.index(), group);
    return heap | (type.is_nullable ? kNullableBit : 0);
}

uint64_t TypeTable::codeOf(uint32_t index, const TypeGroup& group) const {
    return index >= group.first ? kInsideGroup | (index - group.first) : kCanonical | canonical_[index];
}

bool TypeTable::isKnown(const ValueType& type) const {
    return !type.isReference() || type.heap.isAbstract() || has(type.heap.index());
}

bool TypeTable::isFieldSubtype(const Field& sub, const Field& super) const {
    if (sub.is_mutable != super.is_mutable || !isSubtype(sub.type, super.type))
        return false;
    return !sub.is_mutable || isSubtype(super.type, sub.type);
}

/// Structurally: a function takes no less and gives no more, a structure begins with the other's fields.
bool TypeTable::declaresSubtype(const SubType& sub, const SubType& super) const {
    if (sub.composite.index() != super.composite.index())
        return false;
    const auto matches = [this](const ValueType& left, const ValueType& right) {
        return isSubtype(left, right);
    };
    if (const auto* function = std::get_if<FunctionType>(&sub.composite)) {
        const auto& other = std::get<FunctionType>(super.composite);
        return std::ranges::equal(other.parameters, function->parameters, matches) &&
               std::ranges::equal(function->results, other.results, matches);
    }
    if (const auto* structure = std::get_if<StructType>(&sub.composite)) {
        const auto& other = std::get<StructType>(super.composite);
        if (structure->fields.size() < other.fields.size())
            return false;
        for (size_t i = 0; i < other.fields.size(); ++i) {
            if (!isFieldSubtype(structure->fields[i], other.fields[i]))
                return false;
        }
        return true;
    }
    return isFieldSubtype(std::get<ArrayType>(sub.composite).element,
                          std::get<ArrayType>(super.composite).element);
}

bool TypeTable::isDeclaredBelow(uint32_t sub, uint32_t super) const {
    for (;;) {
        if (isSame(sub, super))
            return true;
        // The first type of those that are the same was checked.
        const SubType& type = *types_[canonical_[sub]];
        if (type.supertypes.empty())
            return false;
        sub = type.supertypes.front();
    }
}

AbstractHeap TypeTable::formOf(uint32_t index) const {
    constexpr AbstractHeap kForms[] = {AbstractHeap::Func, AbstractHeap::Struct, AbstractHeap::Array};
    return kForms[types_[index]->composite.index()];
}

bool TypeTable::isSubtype(HeapType sub, HeapType super) const {
    if (sub.isAbstract() && super.isAbstract())
        return isAbstractSubtype(sub.abstract(), super.abstract());
    if (super.isAbstract())
        return isAbstractSubtype(formOf(sub.index()), super.abstract());
    if (!sub.isAbstract())
        return isDeclaredBelow(sub.index(), super.index());
    const bool is_function = formOf(super.index()) == AbstractHeap::Func;
    return sub.abstract() == (is_function ? AbstractHeap::NoFunc : AbstractHeap::None);
}

bool TypeTable::isSubtype(const ValueType& sub, const ValueType& super) const {
    if (sub.kind == ValueKind::Unknown || super.kind == ValueKind::Unknown)
        return true;
    if (!sub.isReference() || !super.isReference())
        return sub.kind == super.kind;
    return (!sub.is_nullable || super.is_nullable) && isSubtype(sub.heap, super.heap);
}

AbstractHeap TypeTable::topOf(HeapType heap) const {
    const AbstractHeap abstract = heap.isAbstract() ? heap.abstract() : formOf(heap.index());
    for (const AbstractHeap top : {AbstractHeap::Func, AbstractHeap::Extern, AbstractHeap::Exn}) {
        if (isAbstractSubtype(abstract, top))
            return top;
    }
    return AbstractHeap::Any;
}

}  // namespace taipan::wasm
