// SPDX-License-Identifier: Apache-2.0
#include "cli/compile_report.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>

namespace taipan::cli {

using nlohmann::json;

namespace {

std::string firstImporter(const bundle::ModuleRow& row) {
    return row.importers.empty() ? std::string() : row.importers.front();
}

std::string modulesText(const bundle::Report& report) {
    std::string text = fmt::format("{:>9}  {:<9}  {:<40} {}\n", "code", "kind", "module", "first wanted by");
    for (const bundle::ModuleRow& row : report.modules)
        text += fmt::format("{:>9}  {:<9}  {:<40} {}\n", row.size, row.kind, row.name, firstImporter(row));
    for (const bundle::LateModule& late : report.late)
        text += fmt::format("{} is imported at each start: its import {}\n", late.name, late.reason);
    for (const bundle::MissingModule& missing : report.missing)
        text += fmt::format("{} is not in it, and {} imports it\n", missing.name, missing.importer);
    return text;
}

std::string sizesText(const bundle::Report& report) {
    std::string text = fmt::format("\n{:>9}  {}\n", "bytes", "what");
    for (const bundle::SizeRow& row : report.sizes)
        text += fmt::format("{:>9}  {}{}{}\n", row.size, row.part, row.name.empty() ? "" : " ", row.name);
    return text + fmt::format("{:>9}  all of the WebAssembly\n", report.size);
}

}  // namespace

std::string reportText(const bundle::Report& report) {
    std::string text = modulesText(report) + sizesText(report) + "\n";
    for (const bundle::StepTime& step : report.steps)
        text += fmt::format("{:>8.2f}s  {}\n", step.seconds, step.title);
    text += "\n";
    for (const bundle::WrittenFile& file : report.files)
        text += fmt::format("{:>9}  {}\n", file.size, file.name);
    return text;
}

std::string reportJson(const bundle::Report& report) {
    json modules = json::array();
    for (const bundle::ModuleRow& row : report.modules)
        modules.push_back({{"name", row.name},
                           {"kind", row.kind},
                           {"is_library", row.is_library},
                           {"size", row.size},
                           {"importers", row.importers}});
    json result = {{"size", report.size}, {"modules", modules}};
    for (const char* const list : {"files", "sizes", "late", "missing", "steps"})
        result[list] = json::array();
    for (const bundle::WrittenFile& file : report.files)
        result["files"].push_back({{"name", file.name}, {"size", file.size}});
    for (const bundle::SizeRow& row : report.sizes)
        result["sizes"].push_back({{"part", row.part}, {"name", row.name}, {"size", row.size}});
    for (const bundle::LateModule& late : report.late)
        result["late"].push_back({{"name", late.name}, {"reason", late.reason}});
    for (const bundle::MissingModule& missing : report.missing)
        result["missing"].push_back({{"name", missing.name}, {"importer", missing.importer}});
    for (const bundle::StepTime& step : report.steps)
        result["steps"].push_back({{"title", step.title}, {"seconds", step.seconds}});
    return result.dump(1, ' ', false, json::error_handler_t::replace) + "\n";
}

}  // namespace taipan::cli
