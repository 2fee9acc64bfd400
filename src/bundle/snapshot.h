// SPDX-License-Identifier: Apache-2.0
//
// A linked program is run up to the point where its __main__ would begin, and its state then becomes part of
// it (runtime/bundle/snapshot.h has the other side).
#pragma once

#include <vector>

#include "bundle/module_graph.h"
#include "wasm/module.h"

namespace taipan::bundle {

/// How the names begin of what a linked program exports for this; nobody else wants it.
inline constexpr std::string_view kSnapshotExports = "taipan_";

/// `link_map`: the text of kLinkMap. Changes the module, which can then start with what its snapshot has.
/// Returns the modules whose import is left to the start.
Result<std::vector<LateModule>> addSnapshot(wasm::Module& module, const ProgramGraph& graph,
                                            const Workplace& place, std::string_view link_map);

/// Afterwards: says in the module which functions programs with these modules begin with, and that it starts
/// from its snapshot.
Result<void> addHints(wasm::Module& module, const Workplace& place);

}  // namespace taipan::bundle
