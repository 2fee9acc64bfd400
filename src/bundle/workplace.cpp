// SPDX-License-Identifier: Apache-2.0
#include "bundle/workplace.h"

#include "support/files.h"
#include "support/text.h"

namespace taipan::bundle {

Result<ExitStatus> Workplace::run(std::vector<std::string> words, std::string_view log,
                                  std::optional<std::filesystem::path> cwd) const {
    return runner.run({std::move(words), std::move(cwd), {}}, Streams::Log, folder / log);
}

Result<ExitStatus> Workplace::runScript(std::vector<std::string> flags, std::string_view script,
                                        const std::vector<std::string>& arguments,
                                        std::string_view log) const {
    flags.insert(flags.begin(), tools.node.string());
    flags.push_back((tools.host / script).string());
    flags.insert(flags.end(), arguments.begin(), arguments.end());
    return run(std::move(flags), log);
}

std::vector<std::string> Workplace::linesOf(std::string_view log) const {
    std::vector<std::string> lines = splitLines(readFile(folder / log).value_or(std::string()));
    while (!lines.empty() && trim(lines.back()).empty())
        lines.pop_back();
    return lines;
}

Result<size_t> Workplace::writeModule(const wasm::Module& module, std::string_view name) const {
    const std::vector<uint8_t> bytes = wasm::writeModule(module);
    TRY(writeFile(folder / name, {reinterpret_cast<const char*>(bytes.data()), bytes.size()}));
    return bytes.size();
}

Result<std::vector<uint8_t>> Workplace::readBytes(std::string_view name) const {
    const std::string text = TRY(readFile(folder / name));
    return std::vector<uint8_t>(text.begin(), text.end());
}

}  // namespace taipan::bundle
