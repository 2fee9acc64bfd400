// SPDX-License-Identifier: Apache-2.0
//
// Where the bytes of a compiled program are: whose code it is by the linker's map, and what its data is by
// what went in.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "bundle/module_graph.h"
#include "bundle/program_files.h"
#include "bundle/report.h"
#include "wasm/module.h"

namespace taipan::bundle {

/// Where a function comes from.
struct LinkedFunction {
    std::string part;  ///< as in a SizeRow
    std::string name;
};

/// The functions of a linked module, in its order.
using LinkMap = std::vector<LinkedFunction>;

/// Reads what wasm-ld writes with --Map.
LinkMap readLinkMap(std::string_view text);

/// Rows that sum up to `size`, the file's; large ones first within a part.
std::vector<SizeRow> sizeTable(const wasm::Module& module, size_t size, const LinkMap& map,
                               const ProgramGraph& graph, std::span<const ProgramFile> files,
                               bool has_snapshot);

}  // namespace taipan::bundle
