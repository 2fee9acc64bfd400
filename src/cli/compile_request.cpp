// SPDX-License-Identifier: Apache-2.0
#include "cli/compile_request.h"

#include <fmt/format.h>

#include <algorithm>

#include "bundle/page_folder.h"
#include "support/text.h"

namespace taipan::cli {

namespace fs = std::filesystem;

namespace {

/// Of all values that the option was given, separated by commas.
std::vector<std::string> listOf(const Arguments& arguments, std::string_view option) {
    std::vector<std::string> names;
    for (const std::string& text : arguments.values(option)) {
        for (size_t start = 0; start < text.size();) {
            const size_t end = std::min(text.find(',', start), text.size());
            if (end > start)
                names.push_back(text.substr(start, end - start));
            start = end + 1;
        }
    }
    return names;
}

// --- what the program is

bool isFolder(const fs::path& path) {
    std::error_code error;
    return fs::is_directory(path, error);
}

/// Where modules are looked for first, if the program is one.
Result<fs::path> folderOf(const Arguments& arguments) {
    const fs::path named = arguments.operands.empty() ? "." : arguments.operands.front();
    if (isFolder(named))
        return named;
    if (!fs::exists(named))
        return misuse(fmt::format("cannot compile {}: no such file or folder", named.string()),
                      "name the folder that has the module");
    return named.has_parent_path() ? named.parent_path() : fs::path(".");
}

Result<bundle::Input> moduleInput(const Arguments& arguments, const std::string& module) {
    return bundle::Input{bundle::InputKind::Module, TRY(folderOf(arguments)), module};
}

Result<bundle::Input> entryInput(const Arguments& arguments, const std::string& entry) {
    const size_t colon = entry.find(':');
    if (colon == std::string::npos || colon == 0 || colon + 1 == entry.size())
        return misuse(fmt::format("--entry {} names no function", entry), "write it as MODULE:FUNCTION");
    return bundle::Input{bundle::InputKind::Entry, TRY(folderOf(arguments)), entry.substr(0, colon),
                         entry.substr(colon + 1)};
}

Result<bundle::Input> fileInput(const fs::path& file) {
    std::error_code error;
    if (fs::is_directory(file, error)) {
        if (!fs::is_regular_file(file / "__main__.py", error))
            return misuse(fmt::format("cannot compile {}: there is no __main__.py in it", file.string()),
                          "name a script, or the function to call with --entry MODULE:FUNCTION");
        return bundle::Input{bundle::InputKind::Folder, file};
    }
    if (!fs::is_regular_file(file, error))
        return misuse(fmt::format("cannot compile {}: no such file", file.string()),
                      "name a script or a folder");
    return bundle::Input{bundle::InputKind::Script, file};
}

Result<bundle::Input> inputOf(const Arguments& arguments) {
    const auto module = arguments.value("-m");
    const auto entry = arguments.value("--entry");
    if (module && entry)
        return misuse("-m and --entry both say what to run", "give one of them");
    if (arguments.operands.size() > 1 || (arguments.operands.empty() && !module && !entry))
        return misuse("compile needs one program", "see 'taipan help compile'");
    if (module)
        return moduleInput(arguments, *module);
    if (entry)
        return entryInput(arguments, *entry);
    return fileInput(arguments.operands.front());
}

// --- what to make of it

const FormRow* formOf(std::string_view name, std::string_view FormRow::* column) {
    const auto known = std::ranges::find(kForms, name, column);
    return known == std::end(kForms) ? nullptr : &*known;
}

std::vector<std::string_view> columnOf(std::string_view FormRow::* column) {
    std::vector<std::string_view> words;
    for (const FormRow& row : kForms) {
        if (std::ranges::find(words, row.*column) == words.end())
            words.push_back(row.*column);
    }
    return words;
}

Result<const FormRow*> targetOf(const Arguments& arguments) {
    const auto name = arguments.value("--target");
    if (!name)
        return nullptr;
    if (const FormRow* const known = formOf(*name, &FormRow::target))
        return known;
    return misuse(fmt::format("cannot compile for '{}'", *name),
                  fmt::format("use {}", alternatives(columnOf(&FormRow::target))));
}

/// The form of an output whose name says nothing: for the browser a folder.
const FormRow* formWithoutEnding(const FormRow* target) {
    if (target == nullptr)
        return nullptr;
    const auto folder = std::ranges::find(kForms, bundle::Form::PageFolder, &FormRow::form);
    return folder->target == target->target ? &*folder : target;
}

Result<void> checkOutput(const fs::path& file, const bundle::Input& program, bundle::Form form) {
    std::error_code error;
    if (const fs::path folder = file.parent_path(); !folder.empty() && !fs::is_directory(folder, error))
        return misuse(fmt::format("cannot write {}: its folder is not there", file.string()),
                      "make the folder, or name another");
    if (form == bundle::Form::PageFolder)
        return bundle::checkPageFolder(file);
    if (fs::is_directory(file, error))
        return misuse(fmt::format("cannot write {}: it is a folder", file.string()), "name a file");
    if (fs::exists(file, error) && fs::equivalent(program.path, file, error))
        return misuse("the output is the program itself", "give it another name");
    return {};
}

Result<bundle::Output> outputNamed(fs::path file, const bundle::Input& program, const FormRow* target) {
    const bool is_folder = !file.has_filename();
    const FormRow* form = formOf(is_folder ? "/" : file.extension().string(), &FormRow::ending);
    if (form == nullptr)
        form = formWithoutEnding(target);
    if (form == nullptr)
        return misuse(
            fmt::format("cannot tell what to make of {}", file.string()),
            fmt::format("end its name in {}, or say --target", alternatives(columnOf(&FormRow::ending))));
    if (is_folder)
        file = file.parent_path();
    TRY(checkOutput(file, program, form->form));
    return bundle::Output{file, form->form};
}

/// When nobody names the output.
std::string nameOf(const bundle::Input& program) {
    if (program.kind == bundle::InputKind::Script)
        return program.path.stem().string();
    if (program.kind == bundle::InputKind::Folder)
        return fs::absolute(program.path / "__main__.py")
            .lexically_normal()
            .parent_path()
            .filename()
            .string();
    return program.module.substr(program.module.rfind('.') + 1);  // npos + 1 is 0
}

std::string_view targetOf(bundle::Form form) {
    return std::ranges::find(kForms, form, &FormRow::form)->target;
}

Result<std::vector<bundle::Output>> outputsOf(const Arguments& arguments, const bundle::Input& program) {
    const FormRow* const target = TRY(targetOf(arguments));
    std::vector<std::string> files = listOf(arguments, "--output");
    std::ranges::move(listOf(arguments, "-o"), std::back_inserter(files));
    if (files.empty() && (arguments.has("--output") || arguments.has("-o")))
        return misuse("no output is named", "end -o with a file");
    if (files.empty())
        files.push_back(fmt::format("{}{}", nameOf(program), target == nullptr ? ".wasm" : target->ending));
    std::vector<bundle::Output> outputs;
    for (const std::string& file : files)
        outputs.push_back(TRY(outputNamed(file, program, target)));
    if (target != nullptr && std::ranges::none_of(outputs, [&](const bundle::Output& output) {
            return targetOf(output.form) == target->target;
        }))
        return misuse(fmt::format("{} is a name for {}, not for {}", files.front(),
                                  targetOf(outputs.front().form), target->target),
                      fmt::format("end it in {}", target->ending));
    return outputs;
}

// --- what else

/// SRC=DEST; a file whose name has a sign of equality in it can be named alone.
bundle::Data dataOf(const std::string& text) {
    std::error_code error;
    const size_t equals = text.rfind('=');
    if (equals == std::string::npos || fs::exists(text, error))
        return {text};
    return {text.substr(0, equals), text.substr(equals + 1)};
}

Result<int> optimizationOf(const Arguments& arguments) {
    const std::string text = arguments.value("--optimize").value_or("0");
    if (text.size() == 1 && text >= "0" && text <= "2")
        return text.front() - '0';
    return misuse(fmt::format("there is no optimization {}", text),
                  "use 0, 1 or 2, as for python -O and -OO");
}

Result<std::vector<fs::path>> pythonPathOf(const Arguments& arguments) {
    std::vector<fs::path> folders;
    for (const std::string& folder : arguments.values("--python-path")) {
        if (!isFolder(folder))
            return misuse(fmt::format("there is no folder {}, which --python-path names", folder));
        folders.emplace_back(folder);
    }
    return folders;
}

Result<std::optional<std::vector<std::string>>> traceOf(const Arguments& arguments) {
    const auto text = arguments.value("--trace");
    if (!text)
        return std::nullopt;
    auto words = shellWords(*text);
    if (!words)
        return misuse(fmt::format("a quote in --trace {} has no end", *text));
    return words;
}

}  // namespace

Result<bundle::Request> requestOf(const Arguments& arguments) {
    bundle::Request request;
    request.program = TRY(inputOf(arguments));
    request.name = nameOf(request.program);
    request.outputs = TRY(outputsOf(arguments, request.program));
    request.include = listOf(arguments, "--include");
    request.exclude = listOf(arguments, "--exclude");
    request.python_path = TRY(pythonPathOf(arguments));
    for (const std::string& text : arguments.values("--data"))
        request.data.push_back(dataOf(text));
    request.optimize = TRY(optimizationOf(arguments));
    request.keeps_sources = arguments.has("--keep-sources");
    request.takes_snapshot = !arguments.has("--no-snapshot");
    request.trace = TRY(traceOf(arguments));
    return request;
}

}  // namespace taipan::cli
