// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 as 64 lower-case hexadecimal digits.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "support/result.h"

namespace taipan {

class Sha256 {
  public:
    Sha256();
    ~Sha256();
    Sha256(Sha256&&) noexcept;
    Sha256& operator=(Sha256&&) noexcept;

    void update(std::string_view bytes);

    /// A length-prefixed field, so that two fields never hash like two others of the same concatenation.
    void field(std::string_view bytes);

    /// Finishes; the object is of no further use.
    std::string hex();

  private:
    struct State;
    std::unique_ptr<State> state_;
};

std::string sha256OfText(std::string_view text);
Result<std::string> sha256OfFile(const std::filesystem::path& file);

}  // namespace taipan
