// SPDX-License-Identifier: Apache-2.0
//
// Says of one module after the other what the reader and the validator think of it, for a test that compares
// this with an engine. Standard input: for each module its length (four bytes, little endian) and itself.
// Standard output: for each one a letter, a length and that many bytes:
//   v  valid; the module as the writer writes it
//   i  read, but not valid; why
//   m  not even read; why
#include <array>
#include <cstdio>
#include <span>
#include <string>
#include <vector>

#include "wasm/module.h"
#include "wasm/validator.h"

namespace {

using taipan::Result;
using taipan::wasm::Module;

bool readAll(std::span<uint8_t> bytes) {
    return std::fread(bytes.data(), 1, bytes.size(), stdin) == bytes.size();
}

void answer(char verdict, std::span<const uint8_t> bytes) {
    std::array<uint8_t, 5> head = {static_cast<uint8_t>(verdict)};
    for (size_t i = 0; i < 4; ++i)
        head[i + 1] = static_cast<uint8_t>(bytes.size() >> (8 * i));
    std::fwrite(head.data(), 1, head.size(), stdout);
    std::fwrite(bytes.data(), 1, bytes.size(), stdout);
}

void answer(char verdict, const std::string& reason) {
    answer(verdict, std::span(reinterpret_cast<const uint8_t*>(reason.data()), reason.size()));
}

void judge(std::span<const uint8_t> bytes) {
    const Result<Module> module = taipan::wasm::readModule(bytes);
    if (!module) {
        answer('m', module.error().message);
        return;
    }
    const Result<void> valid = taipan::wasm::validate(*module);
    if (valid) {
        answer('v', taipan::wasm::writeModule(*module));
    } else {
        answer('i', valid.error().message);
    }
}

}  // namespace

int main() {
    std::array<uint8_t, 4> head{};
    while (readAll(head)) {
        const size_t size = head[0] | head[1] << 8 | head[2] << 16 | static_cast<size_t>(head[3]) << 24;
        std::vector<uint8_t> bytes(size);
        if (!readAll(bytes))
            return 1;
        judge(bytes);
    }
    return 0;
}
