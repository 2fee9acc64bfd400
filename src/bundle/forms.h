// SPDX-License-Identifier: Apache-2.0
//
// The finished WebAssembly in the forms that were asked for: as it is, or with what runs it.
#pragma once

#include <string>
#include <vector>

#include "bundle/bundle.h"
#include "bundle/workplace.h"

namespace taipan::bundle {

/// `program`: a file of the workplace. Every form is made before the first is written to its place.
Result<std::vector<WrittenFile>> writeForms(const Request& request, const Workplace& place,
                                            std::string_view program);

}  // namespace taipan::bundle
