// SPDX-License-Identifier: Apache-2.0
//
// The types of a module and how they relate: which are the same, though written twice, and which may stand
// for which.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "wasm/module.h"
#include "wasm/types.h"

namespace taipan::wasm {

class TypeTable {
  public:
    /// Empty, or what is wrong with the module's types. Ask nothing else after a failure.
    std::string build(const Module& module);

    uint32_t size() const { return static_cast<uint32_t>(types_.size()); }
    bool has(uint32_t index) const { return index < size(); }
    /// Null if the type is of another form, or not there.
    const FunctionType* function(uint32_t index) const { return composite<FunctionType>(index); }
    const StructType* structure(uint32_t index) const { return composite<StructType>(index); }
    const ArrayType* array(uint32_t index) const { return composite<ArrayType>(index); }

    /// Whether what is named in the type is there.
    bool isKnown(const ValueType& type) const;

    bool isSubtype(const ValueType& sub, const ValueType& super) const;
    bool isSubtype(HeapType sub, HeapType super) const;
    bool isSame(uint32_t left, uint32_t right) const { return canonical_[left] == canonical_[right]; }

    /// The largest type of the same kind: a reference can only be cast within it.
    AbstractHeap topOf(HeapType heap) const;

  private:
    template <typename Composite>
    const Composite* composite(uint32_t index) const {
        return has(index) ? std::get_if<Composite>(&types_[index]->composite) : nullptr;
    }

    std::string addGroup(const Module& module, const TypeGroup& group);
    std::string checkReferences(const SubType& type, uint32_t end) const;
    std::string checkSupertypes(uint32_t index) const;
    std::vector<uint64_t> keyOf(const TypeGroup& group) const;
    void appendField(std::vector<uint64_t>& key, const Field& field, const TypeGroup& group) const;
    uint64_t codeOf(const ValueType& type, const TypeGroup& group) const;
    uint64_t codeOf(uint32_t index, const TypeGroup& group) const;
    bool declaresSubtype(const SubType& sub, const SubType& super) const;
    bool isFieldSubtype(const Field& sub, const Field& super) const;
    bool isDeclaredBelow(uint32_t sub, uint32_t super) const;
    AbstractHeap formOf(uint32_t index) const;

    std::vector<const SubType*> types_;
    std::vector<uint32_t> canonical_;  ///< the same number for the same type
    std::map<std::vector<uint64_t>, uint32_t> known_groups_;
};

}  // namespace taipan::wasm
