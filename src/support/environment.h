// SPDX-License-Identifier: Apache-2.0
//
// Environment variables as a value, so that a test can hand in its own.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace taipan {

class Environment {
  public:
    using Variables = std::map<std::string, std::string, std::less<>>;

    Environment() = default;
    explicit Environment(Variables variables) : variables_(std::move(variables)) {}
    static Environment ofThisProcess();

    /// The value; an unset and an empty variable are the same to every caller we have.
    std::optional<std::string> get(std::string_view name) const;
    void set(std::string name, std::string value) { variables_[std::move(name)] = std::move(value); }
    void unset(std::string_view name);

    /// The first executable of that name on PATH.
    std::optional<std::filesystem::path> findProgram(std::string_view name) const;

    /// NAME=VALUE strings, as a process receives them.
    std::vector<std::string> strings() const;

  private:
    Variables variables_;
};

}  // namespace taipan
