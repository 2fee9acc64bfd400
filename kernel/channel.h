// SPDX-License-Identifier: Apache-2.0
//
// Bytes one way, with a bound: what a pipe is, and each half of a stream connection.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <utility>

#include "kernel/byte_queue.h"
#include "kernel/result.h"
#include "kernel/rights.h"
#include "kernel/wait_queue.h"

namespace taipan::kernel {

inline constexpr size_t kPipeCapacity = size_t{64} * 1024;
/// Writes up to this size are never mixed with others.
inline constexpr size_t kPipeAtomic = 4096;

class Channel {
  public:
    explicit Channel(size_t capacity) : capacity_(capacity) {}

    /// Ends behind the bytes that have rights; these are dropped when there is no place for them.
    Result<Slice> read(size_t count, bool peek, RightsRef* rights = nullptr);
    Result<size_t> write(Slice& data, bool whole);
    /// The rights go with the first byte, and are null then.
    Result<size_t> write(Slice& data, bool whole, RightsRef& rights);
    /// What was not read is lost, and the writer is to know.
    void closeReader();
    /// No more may come, but what is there may still be read.
    void stopReader();
    void reset() { reset_ = true; }
    void closeWriter();
    void setCapacity(size_t capacity);

    size_t size() const { return bytes_.size(); }
    size_t capacity() const { return capacity_; }
    bool hasRights() const { return !carried_.empty(); }
    void listRights(std::vector<const Rights*>& list) const;
    bool readerClosed() const { return reader_closed_; }
    bool wasReset() const { return reset_; }
    /// Told once.
    bool takeReset() { return std::exchange(reset_, false); }
    bool writerClosed() const { return writer_closed_; }
    bool readable() const { return !bytes_.empty() || writer_closed_ || reader_closed_; }
    /// Room for an atomic write; a writer who polls is then not turned away.
    bool writable() const { return reader_closed_ || writer_closed_ || room() >= atomic(); }

    /// Who hears when there is something to read, or room to write. Null when that side is gone.
    void setReader(WaitQueue* queue) { reader_ = queue; }
    void setWriter(WaitQueue* queue) { writer_ = queue; }

  private:
    size_t room() const { return bytes_.size() < capacity_ ? capacity_ - bytes_.size() : 0; }
    size_t atomic() const { return capacity_ < kPipeAtomic ? capacity_ : kPipeAtomic; }
    static void tell(WaitQueue* queue, uint32_t events);
    /// Those of the first `count` bytes, or null.
    RightsRef rightsWithin(size_t count) const;
    void moved(size_t count);

    /// Places in all that was ever written: [start, end) were written at once.
    struct Carried {
        uint64_t start;
        uint64_t end;
        RightsRef rights;
    };

    ByteQueue bytes_;
    std::deque<Carried> carried_;
    /// How many bytes were taken in all.
    uint64_t taken_ = 0;
    size_t capacity_;
    bool reader_closed_ = false;
    bool writer_closed_ = false;
    bool reset_ = false;
    WaitQueue* reader_ = nullptr;
    WaitQueue* writer_ = nullptr;
};

}  // namespace taipan::kernel
