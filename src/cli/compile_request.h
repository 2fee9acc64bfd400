// SPDX-License-Identifier: Apache-2.0
//
// What the words behind `taipan compile` ask for.
#pragma once

#include <string_view>

#include "bundle/bundle.h"
#include "cli/verb.h"

namespace taipan::cli {

/// How each form is asked for: by the output's ending, or by --target.
struct FormRow {
    std::string_view ending;
    std::string_view target;
    bundle::Form form;
};

inline constexpr FormRow kForms[] = {{".wasm", "wasi", bundle::Form::Wasm},
                                     {".mjs", "node", bundle::Form::Node},
                                     {".html", "browser", bundle::Form::Page},
                                     {"/", "browser", bundle::Form::PageFolder}};

Result<bundle::Request> requestOf(const Arguments& arguments);

}  // namespace taipan::cli
