// SPDX-License-Identifier: Apache-2.0
//
// The order in which sections stand in a file. It is not that of their numbers: younger ones have larger
// numbers and stand in between.
#pragma once

#include <array>

#include "wasm/module.h"

namespace taipan::wasm {

inline constexpr std::array kSectionOrder{
    SectionId::Type,      SectionId::Import, SectionId::Function, SectionId::Table, SectionId::Memory,
    SectionId::Tag,       SectionId::Global, SectionId::Export,   SectionId::Start, SectionId::Element,
    SectionId::DataCount, SectionId::Code,   SectionId::Data,
};

inline constexpr uint32_t kMagic = 0x6d736100;  // "\0asm"
inline constexpr uint32_t kVersion = 1;

}  // namespace taipan::wasm
