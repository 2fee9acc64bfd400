// SPDX-License-Identifier: Apache-2.0
//
// An item is listed when its file says something that it is for, and stays so until a look finds nothing.
#include "kernel/epoll.h"

#include <algorithm>
#include <ranges>

namespace taipan::kernel {

namespace {

constexpr uint32_t kAlways = kError | kHangUp;
constexpr uint32_t kModes = Epoll::kOneShot | Epoll::kEdge;

}  // namespace

Epoll::Item::Item(Epoll& owner, const FileRef& watched) : epoll(owner), file(watched) {
    if (const auto inner = as<Epoll>(watched))
        ++inner->watchers_;
    join(watched->queue);
}

Epoll::Item::~Item() {
    const FileRef open = file.lock();
    if (const auto inner = open == nullptr ? nullptr : as<Epoll>(open))
        --inner->watchers_;
}

void Epoll::Item::changed(uint32_t events) {
    if ((events & (interest | kAlways)) == 0 || (interest & ~kModes) == 0)
        return;
    if (!std::exchange(listed, true))
        epoll.ready_.push_back(this);
    epoll.queue.notify(kReadable);
}

uint32_t Epoll::Item::pending() const {
    const FileRef open = file.lock();
    if (open == nullptr || (interest & ~kModes) == 0)
        return 0;
    return open->events() & (interest | kAlways) & ~kModes;
}

Epoll::Item* Epoll::find(Descriptor descriptor, const FileRef& file) {
    const auto found = items_.find({file.get(), descriptor});
    return found == items_.end() ? nullptr : found->second.get();
}

bool Epoll::watchesAnother() const {
    return std::ranges::any_of(items_ | std::views::values, [](const auto& item) {
        const FileRef file = item->file.lock();
        return file != nullptr && file->kind() == kKind;
    });
}

void Epoll::forgetClosed() {
    std::erase_if(ready_, [](const Item* item) { return item->file.expired(); });
    std::erase_if(items_, [](const auto& entry) { return entry.second->file.expired(); });
}

void Epoll::watch(Item& item, uint32_t events, uint64_t data) {
    item.interest = events | kAlways;
    item.data = data;
    if (item.pending() != 0)
        item.changed(kAnyEvent);
}

Result<void> Epoll::add(Descriptor descriptor, const FileRef& file, uint32_t events, uint64_t data) {
    forgetClosed();
    if (file.get() == this)
        return fail(Errno::Invalid);
    // One in another is enough. So there is no circle, and no tower whose storeys multiply what a look costs.
    if (const auto inner = as<Epoll>(file); inner != nullptr && (watchers_ > 0 || inner->watchesAnother()))
        return fail(Errno::Loop);
    if (find(descriptor, file) != nullptr)
        return fail(Errno::Exists);
    auto item = std::make_unique<Item>(*this, file);
    watch(*item, events, data);
    items_.emplace(Key{file.get(), descriptor}, std::move(item));
    return {};
}

Result<void> Epoll::modify(Descriptor descriptor, const FileRef& file, uint32_t events, uint64_t data) {
    Item* item = find(descriptor, file);
    if (item == nullptr)
        return fail(Errno::NoEntry);
    watch(*item, events, data);
    return {};
}

Result<void> Epoll::remove(Descriptor descriptor, const FileRef& file) {
    Item* item = find(descriptor, file);
    if (item == nullptr)
        return fail(Errno::NoEntry);
    std::erase(ready_, item);
    items_.erase({file.get(), descriptor});
    return {};
}

uint32_t Epoll::events() {
    forgetClosed();
    const bool any = std::ranges::any_of(ready_, [](const Item* item) { return item->pending() != 0; });
    return any ? kReadable : 0U;
}

std::vector<EpollEvent> Epoll::take(size_t limit) {
    forgetClosed();
    std::vector<EpollEvent> found;
    for (size_t left = ready_.size(); left > 0 && found.size() < limit; --left) {
        Item* item = ready_.front();
        ready_.pop_front();
        const uint32_t events = item->pending();
        item->listed = events != 0 && (item->interest & kModes) == 0;
        if (item->listed)
            ready_.push_back(item);
        if (events == 0)
            continue;
        found.push_back({events, item->data});
        // Silent until it is armed again.
        if ((item->interest & kOneShot) != 0)
            item->interest &= kModes;
    }
    return found;
}

}  // namespace taipan::kernel
