// SPDX-License-Identifier: Apache-2.0
//
// What the machine has: packages, a Node, folders named in the environment.
#include <gtest/gtest.h>

#include <set>

#include "provision/overrides.h"
#include "provision/source_pins.h"
#include "provision/system_packages.h"
#include "tests/support/temporary.h"

namespace taipan::provision {
namespace {

namespace fs = std::filesystem;
using testing::Temporary;

void writeProgram(const Temporary& folder, const fs::path& name, const std::string& body) {
    folder.write(name, "#!/bin/sh\n" + body + "\n");
    fs::permissions(folder / name, fs::perms::owner_all);
    fs::last_write_time(folder / name, fs::file_time_type::clock::now() - std::chrono::hours(1));
}

TEST(SystemPackages, AProbeThatIsThereCountsWhoeverBroughtIt) {
    const Temporary root;
    writeProgram(root, "tools/make", "");
    root.write("usr/include/aarch64-linux-gnu/ffi.h", "");
    const Environment environment(Environment::Variables{{"PATH", (root / "tools").string()}});
    const std::string wanted[] = {"libffi-dev", "zlib1g-dev", "make", "perl"};
    EXPECT_EQ(missingPackages(wanted, environment, root.path()).value(),
              (std::vector<std::string>{"perl", "zlib1g-dev"}));
    root.write("usr/local/include/zlib.h", "");
    EXPECT_EQ(missingPackages(wanted, environment, root.path()).value(), (std::vector<std::string>{"perl"}));
}

TEST(SystemPackages, AllProbesOfAPackageMustBeThereAndItIsNamedOnce) {
    const Temporary root;
    writeProgram(root, "tools/clang-19", "");
    const Environment environment(Environment::Variables{{"PATH", (root / "tools").string()}});
    const std::string wanted[] = {"clang-19", "llvm-19"};
    EXPECT_EQ(missingPackages(wanted, environment, root.path()).value(),
              (std::vector<std::string>{"clang-19", "llvm-19"}));
}

TEST(SystemPackages, AnUnknownNameIsOurFault) {
    const std::string wanted[] = {"no-such-package"};
    EXPECT_EQ(missingPackages(wanted, Environment()).error().kind, ErrorKind::Internal);
}

TEST(SystemPackages, WhereInstallingIsNotAllowedTheLineToTypeIsSaid) {
    const Temporary root;
    writeProgram(root, "apt-get", "exit 9");
    const ProcessRunner runner(Environment(Environment::Variables{{"PATH", root.path().string()}}), nullptr);
    const std::string packages[] = {"make", "perl"};
    const auto result = installPackages(packages, runner, root / "log", {.allowed = false});
    ASSERT_FALSE(result);
    EXPECT_NE(result.error().hint.find("apt-get install -y --no-install-recommends make perl"),
              std::string::npos);
}

TEST(Node, MajorVersions) {
    EXPECT_EQ(nodeMajor("v26.1.0"), 26);
    EXPECT_EQ(nodeMajor("25.0.0"), 25);
    EXPECT_EQ(nodeMajor("rubbish"), std::nullopt);
    EXPECT_EQ(nodeMajor(""), std::nullopt);
}

TEST(Node, OneOnPathIsUsedIfNewEnough) {
    const Temporary folder;
    FileFacts facts(folder / "facts");
    const Environment environment(Environment::Variables{{"PATH", (folder / "bin").string()}});
    EXPECT_EQ(machineNode(environment, facts).value(), std::nullopt);
    writeProgram(folder, "bin/node", "echo v20.19.0");
    EXPECT_EQ(machineNode(environment, facts).value(), std::nullopt);
    writeProgram(folder, "bin/node", "echo v100.19.0");
    EXPECT_EQ(machineNode(environment, facts).value(), folder / "bin/node");
}

TEST(Node, ATooOldOneThatWasAskedForIsAnError) {
    const Temporary folder;
    FileFacts facts(folder / "facts");
    writeProgram(folder, "old", "echo v18.0.0");
    const auto node =
        machineNode(Environment(Environment::Variables{{"TAIPAN_NODE", (folder / "old").string()}}), facts);
    ASSERT_FALSE(node);
    EXPECT_NE(node.error().message.find("v18.0.0"), std::string::npos);
}

TEST(Overrides, AFolderMustHoldWhatItIsFor) {
    const Temporary folder;
    const auto look = [&](const std::string& value) {
        return folderOverride(Environment(Environment::Variables{{"EMSDK", value}}), "EMSDK",
                              "upstream/emcc");
    };
    EXPECT_EQ(look("").value(), std::nullopt);
    EXPECT_FALSE(look(folder.path().string()));
    folder.write("upstream/emcc", "");
    EXPECT_EQ(look(folder.path().string()).value(), folder.path());
}

TEST(SourcePins, AreWellFormedAndUnique) {
    std::set<std::string_view> names;
    for (const SourcePin& pin : sourcePins()) {
        EXPECT_TRUE(names.insert(pin.package).second) << pin.package;
        EXPECT_TRUE(pin.tarball.starts_with(pin.package)) << pin.tarball;
        EXPECT_EQ(pin.sha256.size(), 64U) << pin.package;
        EXPECT_EQ(pin.sha256.find_first_not_of("0123456789abcdef"), std::string_view::npos) << pin.package;
    }
    EXPECT_EQ(sourcePin("zlib").package, "zlib");
}

}  // namespace
}  // namespace taipan::provision
