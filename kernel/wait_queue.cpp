// SPDX-License-Identifier: Apache-2.0
//
// Keeps the two lists of listeners and queues in step.
#include "kernel/wait_queue.h"

#include <algorithm>

namespace taipan::kernel {

void Listener::join(WaitQueue& queue) {
    if (std::ranges::find(queues_, &queue) != queues_.end())
        return;
    queues_.push_back(&queue);
    queue.listeners_.push_back(this);
}

void Listener::leaveAll() {
    for (WaitQueue* queue : queues_)
        std::erase(queue->listeners_, this);
    queues_.clear();
}

WaitQueue::~WaitQueue() {
    for (Listener* listener : listeners_)
        std::erase(listener->queues_, this);
}

void WaitQueue::notify(uint32_t events) {
    for (Listener* listener : listeners_)
        listener->changed(events);
}

}  // namespace taipan::kernel
