// SPDX-License-Identifier: Apache-2.0
//
// What a process may ask. The table at the end numbers the requests; `fields()` is each one's layout on the
// wire, in order.
#pragma once

#include <algorithm>
#include <optional>
#include <string>
#include <tuple>
#include <variant>
#include <vector>

#include "kernel/address.h"
#include "kernel/byte_queue.h"
#include "kernel/ids.h"
#include "kernel/open_file.h"
#include "kernel/terminal_settings.h"

namespace taipan::kernel {

// Processes.

/// Has no reply. `status` is what exit() was given.
struct Exit {
    int32_t status = 0;
    static constexpr auto fields() { return std::tuple{&Exit::status}; }
};

struct FileAction {
    enum class What : uint8_t { Duplicate = 0, Close = 1, Open = 2, CloseFrom = 3 };
    What what = What::Close;
    Descriptor descriptor{};
    /// Where Duplicate puts it.
    Descriptor target{};
    /// What Open opens at `descriptor`: a thing of the kernel's, as /dev/pts/0.
    std::string path{};
    uint32_t flags = 0;
    static constexpr auto fields() {
        return std::tuple{&FileAction::what, &FileAction::descriptor, &FileAction::target, &FileAction::path,
                          &FileAction::flags};
    }
};

/// Gives the child's pid. Order: file actions, what is kept, then what is close-on-exec or not kept goes.
struct Spawn {
    std::string image{};
    std::vector<std::string> arguments{};
    std::vector<std::string> environment{};
    std::optional<std::string> directory{};
    std::vector<FileAction> file_actions{};
    /// With `close_others`, all from 3 on but these are closed; these are never close-on-exec.
    std::vector<Descriptor> keep{};
    bool close_others = false;
    bool new_session = false;
    /// 0 makes the child the leader of a new group.
    std::optional<Pid> group{};
    std::optional<uint64_t> blocked{};
    /// Signals that the child has by default, whatever the parent ignored.
    uint64_t defaults = 0;
    /// The host runs it as a process of its own; signals are handed on to the host.
    bool outside = false;
    /// What the host is to know and the kernel need not.
    Slice note{};
    static constexpr auto fields() {
        return std::tuple{&Spawn::image,        &Spawn::arguments, &Spawn::environment,  &Spawn::directory,
                          &Spawn::file_actions, &Spawn::keep,      &Spawn::close_others, &Spawn::new_session,
                          &Spawn::group,        &Spawn::blocked,   &Spawn::defaults,     &Spawn::outside,
                          &Spawn::note};
    }
};

/// exec: has a reply only when it fails, and then nothing has changed. The host starts the new program under
/// the same pid, and ends the old one. The rest is as with Spawn.
struct Execute {
    std::string image{};
    std::vector<std::string> arguments{};
    std::vector<std::string> environment{};
    std::vector<Descriptor> keep{};
    std::optional<uint64_t> blocked{};
    bool outside = false;
    Slice note{};
    static constexpr auto fields() {
        return std::tuple{&Execute::image,   &Execute::arguments, &Execute::environment, &Execute::keep,
                          &Execute::blocked, &Execute::outside,   &Execute::note};
    }
};

/// Of a process and of those that it has waited for.
struct ResourceUsage {
    /// Nanoseconds in which it computed.
    uint64_t cpu_time = 0;
    /// Bytes, as many as there were at most.
    uint64_t peak_memory = 0;
    /// Of both together.
    ResourceUsage with(const ResourceUsage& other) const {
        return {cpu_time + other.cpu_time, std::max(peak_memory, other.peak_memory)};
    }
    static constexpr auto fields() {
        return std::tuple{&ResourceUsage::cpu_time, &ResourceUsage::peak_memory};
    }
};

/// What the process itself has used so far, which nobody else can know: for whoever waits for it.
struct ReportUsage {
    ResourceUsage usage{};
    static constexpr auto fields() { return std::tuple{&ReportUsage::usage}; }
};

/// Gives the pid (0: none yet, with kNoHang) and, second, the status as wait(2) has it; data: ResourceUsage.
struct Wait {
    Pid pid{-1};
    uint32_t options = 0;
    static constexpr auto fields() { return std::tuple{&Wait::pid, &Wait::options}; }
};
enum WaitOptions : uint32_t { kNoHang = 1, kUntraced = 2, kContinued = 8, kNoReap = 0x0100'0000 };

/// Of a process, 0 for one's own; data: Identity.
struct GetIdentity {
    Pid pid{};
    static constexpr auto fields() { return std::tuple{&GetIdentity::pid}; }
};
struct Identity {
    Pid pid{};
    Pid parent{};
    Pid group{};
    Pid session{};
    static constexpr auto fields() {
        return std::tuple{&Identity::pid, &Identity::parent, &Identity::group, &Identity::session};
    }
};

struct SetGroup {
    Pid pid{};
    Pid group{};
    static constexpr auto fields() { return std::tuple{&SetGroup::pid, &SetGroup::group}; }
};

struct NewSession {
    static constexpr auto fields() { return std::tuple{}; }
};

struct ChangeDirectory {
    std::string directory{};
    static constexpr auto fields() { return std::tuple{&ChangeDirectory::directory}; }
};

/// Data: the path.
struct GetDirectory {
    static constexpr auto fields() { return std::tuple{}; }
};

// Descriptors.

struct Read {
    Descriptor descriptor{};
    uint32_t count = 0;
    static constexpr auto fields() { return std::tuple{&Read::descriptor, &Read::count}; }
};

struct Write {
    Descriptor descriptor{};
    Slice data{};
    static constexpr auto fields() { return std::tuple{&Write::descriptor, &Write::data}; }
};

struct Close {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&Close::descriptor}; }
};

/// F_DUPFD: the lowest free number from `minimum` on.
struct Duplicate {
    Descriptor descriptor{};
    Descriptor minimum{};
    bool close_on_exec = false;
    static constexpr auto fields() {
        return std::tuple{&Duplicate::descriptor, &Duplicate::minimum, &Duplicate::close_on_exec};
    }
};

/// dup2, or dup3 when the same number twice is refused.
struct DuplicateTo {
    Descriptor descriptor{};
    Descriptor target{};
    bool close_on_exec = false;
    bool refuse_same = false;
    static constexpr auto fields() {
        return std::tuple{&DuplicateTo::descriptor, &DuplicateTo::target, &DuplicateTo::close_on_exec,
                          &DuplicateTo::refuse_same};
    }
};

/// Commands in fcntl's numbers: F_GETFD 1, F_SETFD 2, F_GETFL 3, F_SETFL 4.
struct Control {
    enum class Command : uint32_t { GetFlags = 1, SetFlags = 2, GetStatus = 3, SetStatus = 4 };
    Descriptor descriptor{};
    Command command = Command::GetFlags;
    uint32_t argument = 0;
    static constexpr auto fields() {
        return std::tuple{&Control::descriptor, &Control::command, &Control::argument};
    }
};

/// F_GETPIPE_SZ, and F_SETPIPE_SZ with a size; gives the capacity of a pipe.
struct PipeSize {
    Descriptor descriptor{};
    std::optional<uint32_t> size{};
    static constexpr auto fields() { return std::tuple{&PipeSize::descriptor, &PipeSize::size}; }
};

/// Gives the FileKind and, second, the OutsideHandle where the host has the file.
struct Describe {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&Describe::descriptor}; }
};

/// FIONREAD.
struct Available {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&Available::descriptor}; }
};

struct CloseRange {
    Descriptor first{};
    Descriptor last{};
    static constexpr auto fields() { return std::tuple{&CloseRange::first, &CloseRange::last}; }
};

/// Gives the reading end and, second, the writing end. `flags` of OpenFlags.
struct MakePipe {
    uint32_t flags = 0;
    static constexpr auto fields() { return std::tuple{&MakePipe::flags}; }
};

// Sockets. `flags` of a new socket are OpenFlags.

struct MakeSocket {
    Family family = Family::None;
    SocketType type = SocketType::None;
    uint32_t flags = 0;
    static constexpr auto fields() {
        return std::tuple{&MakeSocket::family, &MakeSocket::type, &MakeSocket::flags};
    }
};

struct MakeSocketPair {
    SocketType type = SocketType::None;
    uint32_t flags = 0;
    static constexpr auto fields() { return std::tuple{&MakeSocketPair::type, &MakeSocketPair::flags}; }
};

struct Bind {
    Descriptor descriptor{};
    Address address{};
    static constexpr auto fields() { return std::tuple{&Bind::descriptor, &Bind::address}; }
};

struct Listen {
    Descriptor descriptor{};
    int32_t backlog = 0;
    static constexpr auto fields() { return std::tuple{&Listen::descriptor, &Listen::backlog}; }
};

/// Gives the new descriptor; data: the peer's Address.
struct Accept {
    Descriptor descriptor{};
    uint32_t flags = 0;
    static constexpr auto fields() { return std::tuple{&Accept::descriptor, &Accept::flags}; }
};

struct Connect {
    Descriptor descriptor{};
    Address address{};
    static constexpr auto fields() { return std::tuple{&Connect::descriptor, &Connect::address}; }
};

enum MessageFlags : uint32_t {
    kPeek = 0x2,
    kTruncate = 0x20,
    kDontWait = 0x40,
    kWaitAll = 0x100,
    kNoSignal = 0x4000,
};

/// A number that goes with a datagram, as a control message of Linux: how far it may go, or its class.
struct ControlNumber {
    uint32_t level = 0;
    uint32_t type = 0;
    int32_t value = 0;
    static constexpr auto fields() {
        return std::tuple{&ControlNumber::level, &ControlNumber::type, &ControlNumber::value};
    }
};

struct Send {
    Descriptor descriptor{};
    uint32_t flags = 0;
    std::optional<Address> to{};
    Slice data{};
    /// Descriptors of which the receiver gets its own (SCM_RIGHTS).
    std::vector<Descriptor> rights{};
    std::vector<ControlNumber> numbers{};
    static constexpr auto fields() {
        return std::tuple{&Send::descriptor, &Send::flags,   &Send::to,
                          &Send::rights,     &Send::numbers, &Send::data};
    }
};

/// Data: the bytes. In front of them stand the sender's Address, with `want_address`, and the Ancillary, when
/// `rights` says how many descriptors may be taken; second is the length of both. The value is how many bytes
/// there are; with kTruncate, how many the whole datagram had.
struct Receive {
    Descriptor descriptor{};
    uint32_t flags = 0;
    uint32_t count = 0;
    bool want_address = false;
    std::optional<uint32_t> rights{};
    static constexpr auto fields() {
        return std::tuple{&Receive::descriptor, &Receive::flags, &Receive::count, &Receive::want_address,
                          &Receive::rights};
    }
};
struct Ancillary {
    struct Received {
        /// Close-on-exec.
        Descriptor descriptor{};
        FileKind kind = FileKind::Kept;
        /// F_GETFL's.
        uint32_t status = 0;
        static constexpr auto fields() {
            return std::tuple{&Received::descriptor, &Received::kind, &Received::status};
        }
    };
    std::vector<Received> received{};
    /// There were more descriptors than there was room for.
    bool truncated = false;
    std::vector<ControlNumber> numbers{};
    static constexpr auto fields() {
        return std::tuple{&Ancillary::received, &Ancillary::truncated, &Ancillary::numbers};
    }
};

/// An open file that the kernel does not have becomes something that can be sent: gives a descriptor,
/// close-on-exec. The host keeps open what the process has under `handle`, opened with `flags`; `lock` is by
/// which it is locked.
struct PassFile {
    std::optional<OutsideHandle> handle{};
    uint32_t flags = 0;
    std::optional<Descriptor> lock{};
    /// What the receiver is to know and the kernel need not.
    Slice note{};
    static constexpr auto fields() {
        return std::tuple{&PassFile::handle, &PassFile::flags, &PassFile::lock, &PassFile::note};
    }
};

/// Of what came so: gives the host's handle, -1 for none, good while the descriptor is open; second, a
/// descriptor, close-on-exec, by which the file is locked, -1 for none; data: the note.
struct TakeFile {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&TakeFile::descriptor}; }
};

struct Shutdown {
    enum class How : uint32_t { Reading = 0, Writing = 1, Both = 2 };
    Descriptor descriptor{};
    How how = How::Both;
    static constexpr auto fields() { return std::tuple{&Shutdown::descriptor, &Shutdown::how}; }
};

/// Data: an Address.
struct GetSocketName {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&GetSocketName::descriptor}; }
};

struct GetPeerName {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&GetPeerName::descriptor}; }
};

/// Levels and options in the numbers of Linux. SO_ERROR gives an Errno.
struct GetOption {
    Descriptor descriptor{};
    uint32_t level = 0;
    uint32_t option = 0;
    static constexpr auto fields() {
        return std::tuple{&GetOption::descriptor, &GetOption::level, &GetOption::option};
    }
};

struct SetOption {
    Descriptor descriptor{};
    uint32_t level = 0;
    uint32_t option = 0;
    int64_t value = 0;
    static constexpr auto fields() {
        return std::tuple{&SetOption::descriptor, &SetOption::level, &SetOption::option, &SetOption::value};
    }
};

// Waiting.

struct PollEntry {
    Descriptor descriptor{};
    uint32_t events = 0;
    static constexpr auto fields() { return std::tuple{&PollEntry::descriptor, &PollEntry::events}; }
};

/// Gives how many have something; data: u32 of events each. A negative timeout is none. `mask`: ppoll.
struct Poll {
    std::vector<PollEntry> entries{};
    int64_t timeout = -1;
    std::optional<uint64_t> mask{};
    static constexpr auto fields() { return std::tuple{&Poll::entries, &Poll::timeout, &Poll::mask}; }
};

struct MakeEpoll {
    uint32_t flags = 0;
    static constexpr auto fields() { return std::tuple{&MakeEpoll::flags}; }
};

struct ControlEpoll {
    enum class Operation : uint32_t { Add = 1, Remove = 2, Modify = 3 };
    Descriptor epoll{};
    Operation operation = Operation::Add;
    Descriptor descriptor{};
    uint32_t events = 0;
    uint64_t data = 0;
    static constexpr auto fields() {
        return std::tuple{&ControlEpoll::epoll, &ControlEpoll::operation, &ControlEpoll::descriptor,
                          &ControlEpoll::events, &ControlEpoll::data};
    }
};

/// Gives how many; data: EpollEvent each.
struct WaitEpoll {
    Descriptor epoll{};
    uint32_t limit = 0;
    int64_t timeout = -1;
    std::optional<uint64_t> mask{};
    static constexpr auto fields() {
        return std::tuple{&WaitEpoll::epoll, &WaitEpoll::limit, &WaitEpoll::timeout, &WaitEpoll::mask};
    }
};
struct EpollEvent {
    uint32_t events = 0;
    uint64_t data = 0;
    static constexpr auto fields() { return std::tuple{&EpollEvent::events, &EpollEvent::data}; }
};

/// For a while, or until a moment. When it is interrupted, second is what was left.
struct Sleep {
    int64_t time = 0;
    bool absolute = false;
    static constexpr auto fields() { return std::tuple{&Sleep::time, &Sleep::absolute}; }
};

/// ITIMER_REAL and alarm; gives what was left and, second, the interval, both as they were before.
struct SetTimer {
    int64_t time = 0;
    int64_t interval = 0;
    static constexpr auto fields() { return std::tuple{&SetTimer::time, &SetTimer::interval}; }
};

struct GetTimer {
    static constexpr auto fields() { return std::tuple{}; }
};

// Signals.

struct Kill {
    Pid pid{};
    int32_t signal = 0;
    static constexpr auto fields() { return std::tuple{&Kill::pid, &Kill::signal}; }
};

/// Gives the disposition and, second, the flags as they were. Without a new one it only asks.
struct SetAction {
    int32_t signal = 0;
    std::optional<uint8_t> disposition{};
    uint32_t flags = 0;
    static constexpr auto fields() {
        return std::tuple{&SetAction::signal, &SetAction::disposition, &SetAction::flags};
    }
};

/// Gives the mask as it was.
struct SetMask {
    enum class How : uint32_t { Block = 0, Unblock = 1, Set = 2, Ask = 3 };
    How how = How::Ask;
    uint64_t set = 0;
    static constexpr auto fields() { return std::tuple{&SetMask::how, &SetMask::set}; }
};

struct GetPending {
    static constexpr auto fields() { return std::tuple{}; }
};

/// sigwait and sigtimedwait: gives the signal and, second, its sender.
struct WaitSignal {
    uint64_t set = 0;
    int64_t timeout = -1;
    static constexpr auto fields() { return std::tuple{&WaitSignal::set, &WaitSignal::timeout}; }
};

/// sigsuspend, and pause without a mask. Always ends with EINTR.
struct Suspend {
    std::optional<uint64_t> mask{};
    static constexpr auto fields() { return std::tuple{&Suspend::mask}; }
};

/// Ends a call of one's own that waits, as a signal would: for a handler that was due when the call was on
/// its way.
struct Cancel {
    Ticket ticket{};
    static constexpr auto fields() { return std::tuple{&Cancel::ticket}; }
};

// Terminals.

/// /dev/ptmx, /dev/pts/N and /dev/tty.
struct Open {
    std::string path{};
    uint32_t flags = 0;
    static constexpr auto fields() { return std::tuple{&Open::path, &Open::flags}; }
};

/// Gives master and, second, slave.
struct OpenTerminal {
    static constexpr auto fields() { return std::tuple{}; }
};

/// Data: TerminalSettings.
struct GetSettings {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&GetSettings::descriptor}; }
};

struct SetSettings {
    enum class When : uint32_t { Now = 0, Drain = 1, Flush = 2 };
    Descriptor descriptor{};
    When when = When::Now;
    TerminalSettings settings{};
    static constexpr auto fields() {
        return std::tuple{&SetSettings::descriptor, &SetSettings::when, &SetSettings::settings};
    }
};

/// Gives rows and, second, columns.
struct GetWindow {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&GetWindow::descriptor}; }
};

struct SetWindow {
    Descriptor descriptor{};
    uint16_t rows = 0;
    uint16_t columns = 0;
    static constexpr auto fields() {
        return std::tuple{&SetWindow::descriptor, &SetWindow::rows, &SetWindow::columns};
    }
};

struct GetForeground {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&GetForeground::descriptor}; }
};

struct SetForeground {
    Descriptor descriptor{};
    Pid group{};
    static constexpr auto fields() { return std::tuple{&SetForeground::descriptor, &SetForeground::group}; }
};

/// TIOCSCTTY.
struct ControlTerminal {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&ControlTerminal::descriptor}; }
};

/// Gives the number of a terminal of either side, for ptsname and ttyname.
struct TerminalNumber {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&TerminalNumber::descriptor}; }
};

/// tcflush: what waits to be read at the descriptor is forgotten, or what it has written and nobody has read.
struct FlushTerminal {
    Descriptor descriptor{};
    bool input = false;
    bool output = false;
    static constexpr auto fields() {
        return std::tuple{&FlushTerminal::descriptor, &FlushTerminal::input, &FlushTerminal::output};
    }
};

// Locks.

/// Gives a descriptor, close-on-exec, by which an open file is locked that is not the kernel's: device and
/// inode as fstat has them, with `own` of a file that no other process sees.
struct OpenLockable {
    uint64_t device = 0;
    uint64_t inode = 0;
    bool own = false;
    static constexpr auto fields() {
        return std::tuple{&OpenLockable::device, &OpenLockable::inode, &OpenLockable::own};
    }
};

/// flock
struct LockFile {
    enum class Operation : uint32_t { Shared = 1, Exclusive = 2, Unlock = 8 };
    Descriptor descriptor{};
    Operation operation = Operation::Unlock;
    bool wait = true;
    static constexpr auto fields() {
        return std::tuple{&LockFile::descriptor, &LockFile::operation, &LockFile::wait};
    }
};

/// POSIX record locks; a length of 0 is up to the end. With `of_description`, those of F_OFD_SETLK, which the
/// open file has. With `query`, data: RecordLock, of the first that stands in the way.
struct LockRecord {
    enum class Type : uint32_t { Read = 0, Write = 1, Unlock = 2 };
    Descriptor descriptor{};
    Type type = Type::Unlock;
    int64_t start = 0;
    int64_t length = 0;
    bool wait = false;
    bool query = false;
    bool of_description = false;
    static constexpr auto fields() {
        return std::tuple{&LockRecord::descriptor,    &LockRecord::type, &LockRecord::start,
                          &LockRecord::length,        &LockRecord::wait, &LockRecord::query,
                          &LockRecord::of_description};
    }
};
/// An owner of -1: an open file.
struct RecordLock {
    LockRecord::Type type = LockRecord::Type::Unlock;
    int64_t start = 0;
    int64_t length = 0;
    Pid owner{};
    static constexpr auto fields() {
        return std::tuple{&RecordLock::type, &RecordLock::start, &RecordLock::length, &RecordLock::owner};
    }
};

// Semaphores by name. They are closed as all descriptors are.

/// Gives a descriptor, close-on-exec. `flags`: kCreate and kExclusive of OpenFlags; `value` is of a new one.
struct OpenSemaphore {
    std::string name{};
    uint32_t flags = 0;
    uint32_t value = 0;
    static constexpr auto fields() {
        return std::tuple{&OpenSemaphore::name, &OpenSemaphore::flags, &OpenSemaphore::value};
    }
};

/// Only the name goes; whoever has it open keeps it.
struct UnlinkSemaphore {
    std::string name{};
    static constexpr auto fields() { return std::tuple{&UnlinkSemaphore::name}; }
};

struct PostSemaphore {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&PostSemaphore::descriptor}; }
};

/// sem_wait without a timeout (negative), sem_trywait (0: EAGAIN) and sem_timedwait (ETIMEDOUT). When it is
/// interrupted, second is what was left of the time.
struct WaitSemaphore {
    Descriptor descriptor{};
    int64_t timeout = -1;
    static constexpr auto fields() { return std::tuple{&WaitSemaphore::descriptor, &WaitSemaphore::timeout}; }
};

struct GetSemaphoreValue {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&GetSemaphoreValue::descriptor}; }
};

// Blocks of bytes that processes share: each has a copy, which it compares with the kernel's. They are closed
// as all descriptors are.

/// Gives a descriptor, close-on-exec; the bytes are zeros.
struct MakeBlock {
    uint32_t size = 0;
    static constexpr auto fields() { return std::tuple{&MakeBlock::size}; }
};

/// shm_open: gives a descriptor, close-on-exec. Made anew (kCreate, kExclusive) it has no bytes yet.
struct OpenBlock {
    std::string name{};
    uint32_t flags = 0;
    static constexpr auto fields() { return std::tuple{&OpenBlock::name, &OpenBlock::flags}; }
};

struct UnlinkBlock {
    std::string name{};
    static constexpr auto fields() { return std::tuple{&UnlinkBlock::name}; }
};

/// ftruncate: what is new is zeros.
struct ResizeBlock {
    Descriptor descriptor{};
    uint32_t size = 0;
    static constexpr auto fields() { return std::tuple{&ResizeBlock::descriptor, &ResizeBlock::size}; }
};

/// Gives its size and, second, a number that is no other block's.
struct DescribeBlock {
    Descriptor descriptor{};
    static constexpr auto fields() { return std::tuple{&DescribeBlock::descriptor}; }
};

/// Part of a block: what stands in front of its bytes in the answer to LoadBlock.
struct BlockPiece {
    uint32_t offset = 0;
    uint32_t size = 0;
    static constexpr auto fields() { return std::tuple{&BlockPiece::offset, &BlockPiece::size}; }
};

/// What has changed since the version that is `known`, from `offset` on, in whole pages of the block. Gives
/// the version of the block; data: how many pieces there are (u32), then each, a BlockPiece and its bytes, of
/// which there are up to `count` and Limits::read in all, but one page at least; second: the offset to go on
/// from, which is the size of the block at the end.
struct LoadBlock {
    Descriptor descriptor{};
    uint64_t known = 0;
    uint32_t offset = 0;
    uint32_t count = 0;
    static constexpr auto fields() {
        return std::tuple{&LoadBlock::descriptor, &LoadBlock::known, &LoadBlock::offset, &LoadBlock::count};
    }
};

/// Changes the pieces at once, and gives the version that follows. `data`: one behind the other.
struct StoreBlock {
    Descriptor descriptor{};
    std::vector<BlockPiece> pieces{};
    Slice data{};
    static constexpr auto fields() {
        return std::tuple{&StoreBlock::descriptor, &StoreBlock::pieces, &StoreBlock::data};
    }
};

/// Every request: its number on the wire, and its name.
#define TAIPAN_KERNEL_REQUESTS(REQUEST) \
    REQUEST(1, Exit)                    \
    REQUEST(2, Spawn)                   \
    REQUEST(3, Wait)                    \
    REQUEST(4, GetIdentity)             \
    REQUEST(5, SetGroup)                \
    REQUEST(6, NewSession)              \
    REQUEST(7, ChangeDirectory)         \
    REQUEST(8, GetDirectory)            \
    REQUEST(9, Execute)                 \
    REQUEST(10, Read)                   \
    REQUEST(11, Write)                  \
    REQUEST(12, Close)                  \
    REQUEST(13, Duplicate)              \
    REQUEST(14, DuplicateTo)            \
    REQUEST(15, Control)                \
    REQUEST(16, Describe)               \
    REQUEST(17, Available)              \
    REQUEST(18, CloseRange)             \
    REQUEST(19, MakePipe)               \
    REQUEST(20, PipeSize)               \
    REQUEST(30, MakeSocket)             \
    REQUEST(31, MakeSocketPair)         \
    REQUEST(32, Bind)                   \
    REQUEST(33, Listen)                 \
    REQUEST(34, Accept)                 \
    REQUEST(35, Connect)                \
    REQUEST(36, Send)                   \
    REQUEST(37, Receive)                \
    REQUEST(38, Shutdown)               \
    REQUEST(39, GetSocketName)          \
    REQUEST(40, GetPeerName)            \
    REQUEST(41, GetOption)              \
    REQUEST(42, SetOption)              \
    REQUEST(43, PassFile)               \
    REQUEST(44, TakeFile)               \
    REQUEST(50, Poll)                   \
    REQUEST(51, MakeEpoll)              \
    REQUEST(52, ControlEpoll)           \
    REQUEST(53, WaitEpoll)              \
    REQUEST(60, Sleep)                  \
    REQUEST(61, SetTimer)               \
    REQUEST(62, GetTimer)               \
    REQUEST(70, Kill)                   \
    REQUEST(71, SetAction)              \
    REQUEST(72, SetMask)                \
    REQUEST(73, GetPending)             \
    REQUEST(74, WaitSignal)             \
    REQUEST(75, Suspend)                \
    REQUEST(76, Cancel)                 \
    REQUEST(80, Open)                   \
    REQUEST(81, OpenTerminal)           \
    REQUEST(82, GetSettings)            \
    REQUEST(83, SetSettings)            \
    REQUEST(84, GetWindow)              \
    REQUEST(85, SetWindow)              \
    REQUEST(86, GetForeground)          \
    REQUEST(87, SetForeground)          \
    REQUEST(88, ControlTerminal)        \
    REQUEST(89, TerminalNumber)         \
    REQUEST(90, LockFile)               \
    REQUEST(91, LockRecord)             \
    REQUEST(92, FlushTerminal)          \
    REQUEST(93, OpenLockable)           \
    REQUEST(100, OpenSemaphore)         \
    REQUEST(101, UnlinkSemaphore)       \
    REQUEST(102, PostSemaphore)         \
    REQUEST(103, WaitSemaphore)         \
    REQUEST(104, GetSemaphoreValue)     \
    REQUEST(110, MakeBlock)             \
    REQUEST(111, LoadBlock)             \
    REQUEST(112, StoreBlock)            \
    REQUEST(113, OpenBlock)             \
    REQUEST(114, UnlinkBlock)           \
    REQUEST(115, ResizeBlock)           \
    REQUEST(116, DescribeBlock)         \
    REQUEST(120, ReportUsage)

#define TAIPAN_KERNEL_ALTERNATIVE(number, Name) , Name
/// The first alternative is no request.
using Request = std::variant<std::monostate TAIPAN_KERNEL_REQUESTS(TAIPAN_KERNEL_ALTERNATIVE)>;
#undef TAIPAN_KERNEL_ALTERNATIVE

/// What a request is called on the wire.
template <class T>
constexpr uint16_t kRequestNumber = 0;
#define TAIPAN_KERNEL_NUMBER(number, Name) \
    template <>                            \
    inline constexpr uint16_t kRequestNumber<Name> = number;
TAIPAN_KERNEL_REQUESTS(TAIPAN_KERNEL_NUMBER)
#undef TAIPAN_KERNEL_NUMBER

}  // namespace taipan::kernel
