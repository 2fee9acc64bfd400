// SPDX-License-Identifier: Apache-2.0
//
// Records of one owner never overlap: a new one cuts the old ones.
#include "kernel/file_locks.h"

#include <algorithm>

namespace taipan::kernel {

namespace {

bool overlap(const FileLocks::Record& one, const FileLocks::Record& other) {
    return one.start < other.end && other.start < one.end;
}

/// Cuts `range` out of the owner's records.
std::vector<FileLocks::Record> cut(const std::vector<FileLocks::Record>& records,
                                   const FileLocks::Record& range) {
    std::vector<FileLocks::Record> kept;
    for (const FileLocks::Record& record : records) {
        if (record.owner != range.owner || !overlap(record, range)) {
            kept.push_back(record);
            continue;
        }
        if (record.start < range.start)
            kept.push_back({record.owner, record.start, range.start, record.type});
        if (record.end > range.end)
            kept.push_back({record.owner, range.end, record.end, record.type});
    }
    return kept;
}

}  // namespace

void FileLocks::changed(FileId file) {
    const auto found = files_.find(file);
    found->second.queue.notify(kAnyEvent);
    forgetIdle(file);
}

void FileLocks::forgetIdle(FileId file) {
    const auto found = files_.find(file);
    if (found == files_.end())
        return;
    const State& state = found->second;
    if (state.wholes.empty() && state.records.empty() && state.queue.idle())
        files_.erase(found);
}

Result<void> FileLocks::lockFile(FileId file, const OpenFile* owner, LockFile::Operation operation) {
    releaseFile(file, owner);
    if (operation == LockFile::Operation::Unlock)
        return {};
    const bool exclusive = operation == LockFile::Operation::Exclusive;
    std::vector<Whole>& wholes = files_[file].wholes;
    if (std::ranges::any_of(wholes, [&](const Whole& other) { return exclusive || other.exclusive; }))
        return fail(Errno::Again);
    wholes.push_back({owner, exclusive});
    return {};
}

void FileLocks::releaseFile(FileId file, const OpenFile* owner) {
    const auto found = files_.find(file);
    if (found == files_.end())
        return;
    const size_t count =
        std::erase_if(found->second.wholes, [&](const Whole& whole) { return whole.owner == owner; });
    // Who only tries again changes nothing for the others.
    if (count > 0)
        changed(file);
}

std::optional<FileLocks::Record> FileLocks::conflict(FileId file, const Record& wanted) const {
    const auto found = files_.find(file);
    if (found == files_.end() || wanted.type == LockRecord::Type::Unlock)
        return std::nullopt;
    for (const Record& record : found->second.records) {
        const bool shared = record.type == LockRecord::Type::Read && wanted.type == LockRecord::Type::Read;
        if (record.owner != wanted.owner && !shared && overlap(record, wanted))
            return record;
    }
    return std::nullopt;
}

Result<void> FileLocks::setRecord(FileId file, const Record& wanted) {
    State& state = files_[file];
    std::vector<Record> records = cut(state.records, wanted);
    if (wanted.type != LockRecord::Type::Unlock)
        records.push_back(wanted);
    if (records.size() > limits_.locks && records.size() > state.records.size())
        return fail(Errno::NoLocks);
    state.records = std::move(records);
    changed(file);
    return {};
}

void FileLocks::releaseDescription(FileId file, const OpenFile* owner) {
    releaseFile(file, owner);
    releaseRecords(file, Owner{.description = owner});
}

void FileLocks::releaseRecords(FileId file, Pid owner) {
    releaseRecords(file, Owner{.process = owner});
}

void FileLocks::releaseRecords(FileId file, const Owner& owner) {
    const auto found = files_.find(file);
    if (found == files_.end())
        return;
    const size_t count =
        std::erase_if(found->second.records, [&](const Record& record) { return record.owner == owner; });
    if (count > 0)
        changed(file);
}

void FileLocks::releaseOwner(Pid owner) {
    std::vector<FileId> files;
    files.reserve(files_.size());
    for (const auto& [file, state] : files_)
        files.push_back(file);
    for (const FileId file : files)
        releaseRecords(file, owner);
    waitsNoMore(owner);
}

Result<void> FileLocks::waitsFor(Pid waiter, Pid owner) {
    for (auto at = waiting_.find(owner); at != waiting_.end(); at = waiting_.find(at->second)) {
        if (at->second == waiter)
            return fail(Errno::Deadlock);
    }
    waiting_[waiter] = owner;
    return {};
}

}  // namespace taipan::kernel
