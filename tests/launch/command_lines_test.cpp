// SPDX-License-Identifier: Apache-2.0
//
// The command lines that targets are started with.
#include <gtest/gtest.h>

#include "launch/launchers.h"

namespace taipan::launch {
namespace {

using Words = std::vector<std::string>;

const interpreter::Installation kInstallation{"/i", "/lib", "/n/node", "/h"};
const Program kProgram{{"app.py", "-x"}, "app.py"};

TEST(CommandLines, NativeIsPythonAndTheProgram) {
    EXPECT_EQ(nativeCommand(kInstallation, kProgram).arguments, (Words{"/i", "app.py", "-x"}));
}

TEST(CommandLines, NodeAndWasiAreAnEntryPointTheInterpreterAndTheProgram) {
    const auto tail = [](const Command& command) {
        EXPECT_EQ(command.arguments.front(), "/n/node");
        return Words(command.arguments.end() - 4, command.arguments.end());
    };
    EXPECT_EQ(tail(nodeCommand(kInstallation, kProgram)), (Words{"/h/node.mjs", "/i", "app.py", "-x"}));
    EXPECT_EQ(tail(wasiCommand(kInstallation, kProgram)), (Words{"/h/wasi.mjs", "/i", "app.py", "-x"}));
}

}  // namespace
}  // namespace taipan::launch
