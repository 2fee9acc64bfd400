// SPDX-License-Identifier: Apache-2.0
//
// Counted while they are on their way; the files themselves are closed later.
#include "kernel/rights.h"

#include <algorithm>
#include <iterator>

namespace taipan::kernel {

namespace {

size_t socketsIn(const std::vector<FileRef>& files) {
    return static_cast<size_t>(std::ranges::count_if(files, [](const FileRef& file) {
        return file->kind() == FileKind::Stream || file->kind() == FileKind::Datagram;
    }));
}

}  // namespace

Rights::Rights(Transit& transit, std::vector<FileRef> files)
    : transit_(transit), id_(++transit.last_), files_(std::move(files)) {
    transit_.all_.emplace(id_, this);
    transit_.files_ += files_.size();
    transit_.sockets_ += socketsIn(files_);
}

Rights::~Rights() {
    drop();
    transit_.all_.erase(id_);
}

void Rights::drop() {
    transit_.files_ -= files_.size();
    transit_.sockets_ -= socketsIn(files_);
    transit_.closed_ = true;
    std::ranges::move(std::exchange(files_, {}), std::back_inserter(transit_.dropped_));
}

void Transit::dropAll() {
    for (const auto& [id, rights] : all_)
        rights->drop();
    // What goes may have others on their way to it, which are dropped already.
    while (!dropped_.empty())
        takeDropped().clear();
}

}  // namespace taipan::kernel
