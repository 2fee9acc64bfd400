// SPDX-License-Identifier: Apache-2.0
//
// The whole command in a world made for it: words in; texts, exit code and what was asked of other rooms out.
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include <algorithm>

#include "cli/verb.h"
#include "tests/support/temporary.h"

namespace taipan::cli {
namespace {

using interpreter::Installation;
using interpreter::Target;
using Words = std::vector<std::string>;

class CommandTest : public ::testing::Test {
  protected:
    int run(const Words& words) {
        World world;
        world.out = [this](std::string_view text) { out_ += text; };
        world.err = [this](std::string_view text) { err_ += text; };
        world.out_error = [this] { return out_error_; };
        world.obtain = [this](Target target, const Environment&, ProgressStyle) -> Result<Installation> {
            obtained_.push_back(target);
            return Installation{};
        };
        world.ensure = [this](std::span<const Target> targets, const Environment&,
                              ProgressStyle) -> Result<void> {
            ensured_.assign(targets.begin(), targets.end());
            return {};
        };
        world.prepare = [this](Target target, const Environment&, ProgressStyle) -> Result<void> {
            prepared_.push_back(target);
            return {};
        };
        world.compile = [this](const bundle::Request& request, const Environment&,
                               ProgressStyle) -> Result<bundle::Report> {
            compiled_.push_back(request);
            bundle::Report report;
            report.modules = {{"json", "package", true, 12, {"__main__:3", "a"}}};
            report.late = {{"clock", "asks for the time"}};
            report.missing = {{"yaml", "config:7"}};
            report.sizes = {{"interpreter", "", 22}, {"C library", "z", 12}};
            report.steps = {{"linking", 0.5}};
            report.files = {{"out.wasm", 34}};
            report.size = 34;
            return report;
        };
        world.start = [this](Target, const Installation&, const launch::Program& program,
                             const Environment&) -> Result<int> {
            program_ = program;
            return 42;
        };
        return runCommand(words, world);
    }

    /// Misuse: exit code 2, one line, nothing started.
    void expectMisuse(const Words& words, const std::string& fragment) {
        err_.clear();
        EXPECT_EQ(run(words), 2);
        EXPECT_NE(err_.find(fragment), std::string::npos) << err_;
        EXPECT_EQ(std::ranges::count(err_, '\n'), 1) << err_;
        EXPECT_TRUE(err_.starts_with("taipan: "));
        EXPECT_TRUE(obtained_.empty());
    }

    testing::Temporary folder_;
    std::string out_;
    std::string err_;
    int out_error_ = 0;
    std::vector<Target> obtained_;
    std::vector<Target> ensured_;
    std::vector<Target> prepared_;
    std::vector<bundle::Request> compiled_;
    launch::Program program_;
};

TEST_F(CommandTest, OutputThatCannotBeWrittenIsAFailure) {
    out_error_ = ENOSPC;
    EXPECT_EQ(run({"version"}), 1);
    EXPECT_NE(err_.find("cannot write to standard output: No space left on device"), std::string::npos)
        << err_;
}

TEST_F(CommandTest, TheCommandsOwnOptionsHaveNeighbours) {
    expectMisuse({"--versio"}, "did you mean 'taipan --version'?");
    expectMisuse({"help", "srve"}, "did you mean 'taipan serve'?");
    expectMisuse({"help", "run", "extra"}, "one verb at a time");
    expectMisuse({""}, "there is no verb and no file ''");
}

TEST_F(CommandTest, OptionsOfCPythonsTestsNeedPython) {
    expectMisuse({"test", "--quick"}, "add --python");
    expectMisuse({"test", "test_bool"}, "--python NAME");
    expectMisuse({"test", "--only", "unit"}, "there is no suite unit");
}

TEST_F(CommandTest, ABareFileMeansRunAndTheRestIsTheProgramsOwn) {
    folder_.write("app.py", "");
    const std::string script = (folder_ / "app.py").string();
    EXPECT_EQ(run({script, "--target", "native", "--help", "--", "-x"}), 42);
    EXPECT_EQ(program_.arguments, (Words{script, "--target", "native", "--help", "--", "-x"}));
    EXPECT_EQ(program_.script, script);
    EXPECT_EQ(obtained_, std::vector{Target::Node});
}

TEST_F(CommandTest, OptionsComeBeforeTheProgram) {
    EXPECT_EQ(run({"run", "--target=wasi", "-c", "print(1)", "--target", "x"}), 42);
    EXPECT_EQ(program_.arguments, (Words{"-c", "print(1)", "--target", "x"}));
    EXPECT_EQ(program_.script, std::nullopt);
    EXPECT_EQ(obtained_, std::vector{Target::Wasi});
    EXPECT_EQ(prepared_, std::vector{Target::Wasi});
    EXPECT_EQ(run({"run", "--target", "browser", "-m", "json.tool", "-"}), 42);
    EXPECT_EQ(program_.arguments, (Words{"-m", "json.tool", "-"}));
}

TEST_F(CommandTest, PythonsOwnOptionsBelongToTheProgram) {
    folder_.write("app.py", "");
    const std::string script = (folder_ / "app.py").string();
    EXPECT_EQ(run({"run", "--target", "wasi", "-u", "-W", "default", "-bb", script, "-x"}), 42);
    EXPECT_EQ(program_.arguments, (Words{"-u", "-W", "default", "-bb", script, "-x"}));
    EXPECT_EQ(program_.script, script);
    EXPECT_EQ(run({"run", "-X", "dev"}), 42);
    EXPECT_EQ(program_.script, std::nullopt);
}

TEST_F(CommandTest, NothingAtAllIsAPrompt) {
    EXPECT_EQ(run({}), 42);
    EXPECT_TRUE(program_.arguments.empty());
}

TEST_F(CommandTest, StandardInputIsAProgram) {
    EXPECT_EQ(run({"-", "a"}), 42);
    EXPECT_EQ(program_.arguments, (Words{"-", "a"}));
}

TEST_F(CommandTest, MisuseNamesTheNearest) {
    expectMisuse({"rn"}, "did you mean 'taipan run'?");
    expectMisuse({"run", "--targte", "x"}, "did you mean --target?");
    expectMisuse({"run", "--target", "nod", "x"}, "did you mean node?");
    expectMisuse({"run", "--target", "spaceship", "x"}, "native, node, browser or wasi");
    expectMisuse({"run", "--target"}, "needs a value");
    expectMisuse({"setup", "--quiet=yes"}, "takes no value");
    expectMisuse({"setup", "extra"}, "takes no extra");
    expectMisuse({"run", "-c"}, "-c needs the code");
    expectMisuse({"run", "-u", "-m"}, "-m needs a module's name");
    expectMisuse({"help", "nothing"}, "no verb 'nothing'");
}

TEST_F(CommandTest, AScriptThatIsNotThere) {
    expectMisuse({(folder_ / "none.py").string()}, "none.py: no such file");
}

TEST_F(CommandTest, AFolderNeedsAMain) {
    std::filesystem::create_directory(folder_ / "package");
    expectMisuse({(folder_ / "package").string()}, "it has no __main__.py");
    folder_.write("package/__main__.py", "");
    EXPECT_EQ(run({(folder_ / "package").string()}), 42);
}

TEST_F(CommandTest, SetupOfOneAndOfAll) {
    EXPECT_EQ(run({"setup", "--quiet"}), 0);
    EXPECT_EQ(ensured_, std::vector{Target::Node});
    EXPECT_EQ(run({"setup", "--target", "all"}), 0);
    EXPECT_EQ(ensured_.size(), interpreter::targets().size());
    EXPECT_EQ(prepared_.size(), 1 + ensured_.size());
}

TEST_F(CommandTest, CompileMakesAWasmOfAScript) {
    folder_.write("app.py", "");
    const std::string script = (folder_ / "app.py").string();
    EXPECT_EQ(run({"compile", script, "-o", "out.wasm", "--include", "a.b,c", "--exclude=d", "--report"}), 0);
    ASSERT_EQ(compiled_.size(), 1U);
    EXPECT_EQ(compiled_[0].program.path, script);
    EXPECT_EQ(compiled_[0].program.kind, bundle::InputKind::Script);
    ASSERT_EQ(compiled_[0].outputs.size(), 1U);
    EXPECT_EQ(compiled_[0].outputs[0].file, "out.wasm");
    EXPECT_EQ(compiled_[0].include, (Words{"a.b", "c"}));
    EXPECT_EQ(compiled_[0].exclude, Words{"d"});
    EXPECT_EQ(run({"compile", script}), 0);
    EXPECT_EQ(compiled_[1].outputs.at(0).file, "app.wasm");
    EXPECT_EQ(compiled_[1].outputs.at(0).form, bundle::Form::Wasm);
    EXPECT_TRUE(compiled_[1].takes_snapshot);
    EXPECT_EQ(run({"compile", script, "-o", "out.wasm,out.mjs", "--no-snapshot"}), 0);
    ASSERT_EQ(compiled_[2].outputs.size(), 2U);
    EXPECT_EQ(compiled_[2].outputs[1].form, bundle::Form::Node);
    EXPECT_FALSE(compiled_[2].takes_snapshot);
}

TEST_F(CommandTest, CompileTakesFoldersModulesAndFunctions) {
    folder_.write("tool/__main__.py", "");
    const std::string tool = (folder_ / "tool").string();
    EXPECT_EQ(run({"compile", tool, "--target", "node"}), 0);
    EXPECT_EQ(compiled_[0].program.kind, bundle::InputKind::Folder);
    EXPECT_EQ(compiled_[0].outputs.at(0).file, "tool.mjs");
    EXPECT_EQ(run({"compile", tool, "-m", "a.b"}), 0);
    EXPECT_EQ(compiled_[1].program.kind, bundle::InputKind::Module);
    EXPECT_EQ(compiled_[1].program.path, tool);
    EXPECT_EQ(compiled_[1].program.module, "a.b");
    EXPECT_EQ(compiled_[1].outputs.at(0).file, "b.wasm");
    EXPECT_EQ(run({"compile", "--entry=a.b:c.d", tool + "/__main__.py"}), 0);
    EXPECT_EQ(compiled_[2].program.kind, bundle::InputKind::Entry);
    EXPECT_EQ(compiled_[2].program.path, tool);
    EXPECT_EQ(compiled_[2].program.function, "c.d");
    EXPECT_EQ(run({"compile", "-m", "x"}), 0);
    EXPECT_EQ(compiled_[3].program.path, ".");
}

TEST_F(CommandTest, CompileTakesMoreThanTheProgram) {
    folder_.write("app.py", "");
    folder_.write("a=b.txt", "");
    const std::string script = (folder_ / "app.py").string();
    const std::string odd = (folder_ / "a=b.txt").string();
    EXPECT_EQ(run({"compile", script, "--data", "x=y=z", "--data", odd, "--python-path",
                   folder_.path().string(), "--optimize=2", "--keep-sources", "--trace", "-v 'a b'"}),
              0);
    const bundle::Request& request = compiled_.at(0);
    ASSERT_EQ(request.data.size(), 2U);
    EXPECT_EQ(request.data[0].source, "x=y");
    EXPECT_EQ(request.data[0].destination, "z");
    EXPECT_EQ(request.data[1].source, odd);
    EXPECT_EQ(request.data[1].destination, std::nullopt);
    EXPECT_EQ(request.python_path, std::vector{folder_.path()});
    EXPECT_EQ(request.optimize, 2);
    EXPECT_TRUE(request.keeps_sources);
    EXPECT_EQ(request.trace, (Words{"-v", "a b"}));
}

TEST_F(CommandTest, CompileReportsForPeopleAndForPrograms) {
    folder_.write("app.py", "");
    const std::string script = (folder_ / "app.py").string();
    EXPECT_EQ(run({"compile", script}), 0);
    EXPECT_EQ(out_, "");
    EXPECT_EQ(run({"compile", script, "--report"}), 0);
    for (const std::string_view line :
         {"       12  package    json                                     __main__:3\n",
          "clock is imported at each start: its import asks for the time\n",
          "yaml is not in it, and config:7 imports it\n", "       12  C library z\n",
          "       34  all of the WebAssembly\n", "    0.50s  linking\n", "       34  out.wasm\n"})
        EXPECT_NE(out_.find(line), std::string::npos) << line << out_;
    out_.clear();
    EXPECT_EQ(run({"compile", script, "--json"}), 0);
    const nlohmann::json report = nlohmann::json::parse(out_);
    EXPECT_EQ(report["size"], 34);
    EXPECT_EQ(report["modules"][0]["importers"], (Words{"__main__:3", "a"}));
    EXPECT_EQ(report["sizes"][1]["name"], "z");
    EXPECT_EQ(report["files"][0]["name"], "out.wasm");
    EXPECT_EQ(report["steps"][0]["seconds"], 0.5);
    EXPECT_EQ(report["late"][0]["name"], "clock");
    EXPECT_EQ(report["missing"][0]["importer"], "config:7");
}

TEST_F(CommandTest, CompileNeedsAProgramAndAnEndingThatItKnows) {
    folder_.write("app.py", "");
    const std::string script = (folder_ / "app.py").string();
    expectMisuse({"compile"}, "compile needs one program");
    expectMisuse({"compile", script, script}, "compile needs one program");
    expectMisuse({"compile", "/nonexistent/app.py"}, "cannot compile /nonexistent/app.py: no such file");
    expectMisuse({"compile", script, "-o", "/nonexistent/app.wasm"}, "its folder is not there");
    expectMisuse({"compile", script, "-o", "app.exe"}, "cannot tell what to make of app.exe");
    expectMisuse({"compile", script, "-o", "app.mjs", "--target", "wasi"},
                 "app.mjs is a name for node, not for wasi");
    expectMisuse({"compile", script, "--target", "mars"}, "cannot compile for 'mars'");
    expectMisuse({"compile", script, "-o", script + "/../app.py"}, "cannot tell what to make of");
    expectMisuse({"compile", folder_.path().string()}, "there is no __main__.py in it");
    expectMisuse({"compile", "/nonexistent", "-m", "a"}, "no such file or folder");
    expectMisuse({"compile", "-m", "a", "--entry", "a:b"}, "both say what to run");
    expectMisuse({"compile", "--entry", "a"}, "names no function");
    expectMisuse({"compile", script, "--optimize", "3"}, "there is no optimization 3");
    expectMisuse({"compile", script, "--python-path", script}, "there is no folder");
    expectMisuse({"compile", script, "--trace", "'"}, "has no end");
    EXPECT_TRUE(compiled_.empty());
}

TEST_F(CommandTest, EveryVerbExplainsItself) {
    for (const Verb* verb : verbs()) {
        out_.clear();
        EXPECT_EQ(run({"help", std::string(verb->name)}), 0);
        const std::string by_help = out_;
        out_.clear();
        EXPECT_EQ(run({std::string(verb->name), "--help"}), 0);
        EXPECT_EQ(out_, by_help);
        EXPECT_NE(out_.find("usage: taipan " + std::string(verb->name)), std::string::npos);
        for (const Option& option : verb->options)
            EXPECT_NE(out_.find(option.name), std::string::npos);
        EXPECT_NE(overview().find(verb->purpose), std::string::npos);
    }
}

}  // namespace
}  // namespace taipan::cli
