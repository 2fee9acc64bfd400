// SPDX-License-Identifier: Apache-2.0
// What is cleared by its name in the memory of a snapshot.
#include "bundle/spent_data.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace taipan::bundle {
namespace {

std::string mapLine(const char* address, const char* size, const std::string& rest) {
    return std::string("  ") + address + "   600b65    " + size + "         " + rest + "\n";
}

std::string cleared(std::string memory, const std::string& map, Documentation documentation) {
    std::vector<uint8_t> bytes(memory.begin(), memory.end());
    clearSpentData(bytes, map, documentation);
    return {bytes.begin(), bytes.end()};
}

std::string zeros(size_t count) {
    return std::string(count, '\0');
}

TEST(SpentData, WhatOnlyTheStartReadsIsCleared) {
    const std::string map = mapLine("2", "3", "lib/libpython3.13.a(getpath.o):(.rodata._Py_M__getpath)") +
                            mapLine("6", "2", "lib/libpython3.13.a(other.o):(.rodata.other)") +
                            mapLine("8", "1", "lib/libother.a(initconfig.o):(.rodata.usage_help)");
    EXPECT_EQ(cleared("abcdefghij", map, Documentation::Kept), "ab" + zeros(3) + "fghij");
}

TEST(SpentData, DocumentationGoesAndSignaturesStay) {
    const std::string signature = "f(x)\n--\n\n";
    const std::string text = signature + "Says." + zeros(1);
    const std::string map = mapLine("0", "f", "lib/libpython3.13.a(x.o):(.rodata.x_f__doc__)");
    EXPECT_EQ(cleared(text, map, Documentation::Kept), text);
    EXPECT_EQ(cleared(text, map, Documentation::Shed), signature + zeros(6));
    const std::string plain = "Says." + zeros(1);
    EXPECT_EQ(
        cleared(plain, mapLine("0", "6", "lib/libpython3.13.a(x.o):(.rodata.sock_doc)"), Documentation::Shed),
        zeros(6));
}

TEST(SpentData, WhatIsNoTextOrOutsideIsLeft) {
    const std::string data = std::string("a") + zeros(1) + "b" + zeros(1);
    for (const char* const size : {"4", "5", "ffffffff"}) {
        const std::string map = mapLine("0", size, "lib/libpython3.13.a(x.o):(.rodata.x_doc)");
        EXPECT_EQ(cleared(data, map, Documentation::Shed), data);
    }
    EXPECT_EQ(
        cleared(data, "nonsense :(.rodata.x_doc)\nlib/libpython3.13.a(:(.rodata.)\n", Documentation::Shed),
        data);
}

}  // namespace
}  // namespace taipan::bundle
