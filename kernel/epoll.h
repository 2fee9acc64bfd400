// SPDX-License-Identifier: Apache-2.0
//
// epoll: files are listened to once, and only those that had something since are looked at.
#pragma once

#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "kernel/open_file.h"
#include "kernel/requests.h"

namespace taipan::kernel {

class Epoll final : public OpenFile {
  public:
    static constexpr FileKind kKind = FileKind::Epoll;
    static constexpr uint32_t kOneShot = 1U << 30;
    static constexpr uint32_t kEdge = 1U << 31;

    explicit Epoll(FileCount& count) : OpenFile(kKind, count, kReadWrite) {}
    uint32_t events() override;

    Result<void> add(Descriptor descriptor, const FileRef& file, uint32_t events, uint64_t data);
    Result<void> modify(Descriptor descriptor, const FileRef& file, uint32_t events, uint64_t data);
    Result<void> remove(Descriptor descriptor, const FileRef& file);
    /// Those that are ready now, who waits longest first.
    std::vector<EpollEvent> take(size_t limit);

  private:
    /// A file by itself is not enough: it may be watched under two numbers.
    using Key = std::pair<const OpenFile*, Descriptor>;
    struct Item final : Listener {
        Item(Epoll& owner, const FileRef& watched);
        ~Item() override;
        void changed(uint32_t events) override;
        uint32_t pending() const;

        Epoll& epoll;
        std::weak_ptr<OpenFile> file;
        uint32_t interest = 0;
        uint64_t data = 0;
        bool listed = false;
    };

    Item* find(Descriptor descriptor, const FileRef& file);
    void watch(Item& item, uint32_t events, uint64_t data);
    bool watchesAnother() const;
    void forgetClosed();

    std::map<Key, std::unique_ptr<Item>> items_;
    std::deque<Item*> ready_;
    /// Items of others that are for this one.
    size_t watchers_ = 0;
};

}  // namespace taipan::kernel
