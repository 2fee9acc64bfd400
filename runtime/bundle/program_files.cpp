// SPDX-License-Identifier: Apache-2.0
// The files that a compiled program has inside (data, sources), as folders that can only be read. Any WASI
// engine will do, because they are never asked of it: the C library's calls of WASI end here where they mean
// such a file (-Wl,--wrap) and go on to the engine where not. Linked only into programs that have files.
#include <stdint.h>
#include <string.h>
#include <wasi/api.h>
#include <wasi/libc.h>

extern "C" {
struct TaipanFile {
    const char* path;
    const unsigned char* data;
    size_t size;
};
// Of src/bundle (program_source.cpp): the files in the order of their paths, and the folders that hold them
// all.
extern const TaipanFile taipan_files[];
extern const size_t taipan_file_count;
extern const char* const taipan_file_roots[];
extern const size_t taipan_file_root_count;
}

namespace {

// Descriptors from here on are ours; engines count from 3 upwards.
constexpr __wasi_fd_t kFirst = 1 << 20;
constexpr size_t kMaximumOpen = 512;
constexpr size_t kMaximumPath = 4096;
constexpr __wasi_timestamp_t kModified =
    1'735'689'600'000'000'000;  // 2025-01-01, as in web/node/preparation-host.ts
constexpr __wasi_rights_t kReadingRights = __WASI_RIGHTS_FD_READ | __WASI_RIGHTS_FD_SEEK |
                                           __WASI_RIGHTS_FD_TELL | __WASI_RIGHTS_FD_FILESTAT_GET |
                                           __WASI_RIGHTS_FD_READDIR | __WASI_RIGHTS_PATH_OPEN |
                                           __WASI_RIGHTS_PATH_FILESTAT_GET | __WASI_RIGHTS_POLL_FD_READWRITE;

// A file, or a folder: the files from `first` to `last` whose paths begin with the `length` bytes of the
// first's.
struct Node {
    size_t first = 0;
    size_t last = 0;
    size_t length = 0;
    bool is_folder = false;

    const TaipanFile& file() const { return taipan_files[first]; }
    // Folders come behind the files, so that no two have the same.
    uint64_t inode() const {
        return is_folder ? taipan_file_count + first * kMaximumPath + length : first + 1;
    }
};

struct Opened {
    Node node;
    uint64_t offset = 0;
    bool is_used = false;
    size_t root_length = 0;  // of a folder: `..` leads no higher
};

Opened opened[kMaximumOpen];

bool isOurs(__wasi_fd_t fd) {
    return fd >= kFirst && fd - kFirst < static_cast<__wasi_fd_t>(kMaximumOpen);
}

Opened* find(__wasi_fd_t fd) {
    return isOurs(fd) && opened[fd - kFirst].is_used ? &opened[fd - kFirst] : nullptr;
}

// The first file whose path is not before the text.
size_t lowerBound(const char* text, size_t length) {
    size_t low = 0;
    size_t high = taipan_file_count;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strncmp(taipan_files[middle].path, text, length) < 0) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low;
}

// Without dots and doubled slashes.
struct Path {
    char text[kMaximumPath + 1];
    size_t length = 0;
};

bool hasPrefix(size_t file, const char* text, size_t length) {
    return file < taipan_file_count && strncmp(taipan_files[file].path, text, length) == 0;
}

bool findNode(Path& path, Node& node) {
    path.text[path.length] = '\0';
    const size_t file = lowerBound(path.text, path.length);
    if (hasPrefix(file, path.text, path.length + 1)) {
        node = {file, file + 1, path.length, false};
        return true;
    }
    path.text[path.length] = '/';
    const size_t first = lowerBound(path.text, path.length + 1);
    size_t last = first;
    while (hasPrefix(last, path.text, path.length + 1))
        ++last;
    node = {first, last, path.length, true};
    return last > first;
}

// The path below the folder, without dots.
__wasi_errno_t join(const Opened& folder, const char* relative, Path& path) {
    path.length = folder.node.length;
    memcpy(path.text, folder.node.file().path, path.length);
    while (*relative != '\0') {
        const size_t size = strcspn(relative, "/");
        if (size == 2 && memcmp(relative, "..", 2) == 0) {
            if (path.length <= folder.root_length)
                return __WASI_ERRNO_NOTCAPABLE;
            while (path.text[--path.length] != '/') {
            }
        } else if (size > 0 && !(size == 1 && *relative == '.')) {
            if (path.length + size + 1 > kMaximumPath)
                return __WASI_ERRNO_NAMETOOLONG;
            path.text[path.length] = '/';
            memcpy(path.text + path.length + 1, relative, size);
            path.length += size + 1;
        }
        relative += size;
        relative += strspn(relative, "/");
    }
    return __WASI_ERRNO_SUCCESS;
}

bool endsInSlash(const char* path) {
    const size_t length = strlen(path);
    return length > 0 && path[length - 1] == '/';
}

__wasi_errno_t lookUp(__wasi_fd_t fd, const char* relative, Node& node) {
    const Opened* const folder = find(fd);
    if (folder == nullptr)
        return __WASI_ERRNO_BADF;
    if (!folder->node.is_folder)
        return __WASI_ERRNO_NOTDIR;
    Path path;
    if (const __wasi_errno_t error = join(*folder, relative, path); error != __WASI_ERRNO_SUCCESS)
        return error;
    if (!findNode(path, node))
        return __WASI_ERRNO_NOENT;
    return endsInSlash(relative) && !node.is_folder ? __WASI_ERRNO_NOTDIR : __WASI_ERRNO_SUCCESS;
}

__wasi_errno_t open(const Node& node, size_t root_length, __wasi_fd_t& fd) {
    for (size_t i = 0; i < kMaximumOpen; ++i) {
        if (!opened[i].is_used) {
            opened[i] = {node, 0, true, root_length};
            fd = kFirst + static_cast<__wasi_fd_t>(i);
            return __WASI_ERRNO_SUCCESS;
        }
    }
    return __WASI_ERRNO_MFILE;
}

__wasi_filetype_t typeOf(const Node& node) {
    return node.is_folder ? __WASI_FILETYPE_DIRECTORY : __WASI_FILETYPE_REGULAR_FILE;
}

__wasi_filestat_t statusOf(const Node& node) {
    return {.dev = 1,
            .ino = node.inode(),
            .filetype = typeOf(node),
            .nlink = 1,
            .size = node.is_folder ? 0 : node.file().size,
            .atim = kModified,
            .mtim = kModified,
            .ctim = kModified};
}

size_t readAt(const TaipanFile& file, uint64_t offset, const __wasi_iovec_t* vectors, size_t count) {
    size_t total = 0;
    for (size_t i = 0; i < count && offset < file.size; ++i) {
        const size_t left = file.size - static_cast<size_t>(offset);
        const size_t size = vectors[i].buf_len < left ? vectors[i].buf_len : left;
        memcpy(vectors[i].buf, file.data + offset, size);
        offset += size;
        total += size;
    }
    return total;
}

__wasi_errno_t read(Opened* file, uint64_t offset, const __wasi_iovec_t* vectors, size_t count,
                    size_t& size) {
    if (file == nullptr)
        return __WASI_ERRNO_BADF;
    if (file->node.is_folder)
        return __WASI_ERRNO_ISDIR;
    size = readAt(file->node.file(), offset, vectors, count);
    return __WASI_ERRNO_SUCCESS;
}

// One entry of a folder: the node of that name, and where the next begins.
struct Entry {
    const char* name;
    size_t length;
    Node node;
};

Entry entryAt(const Node& folder, size_t at) {
    const char* const name = taipan_files[at].path + folder.length + 1;
    const size_t length = strcspn(name, "/");
    const size_t whole = folder.length + 1 + length;
    size_t next = at + 1;
    if (name[length] == '/') {
        while (next < folder.last && strncmp(taipan_files[next].path, taipan_files[at].path, whole + 1) == 0)
            ++next;
    }
    return {name, length, {at, next, whole, name[length] == '/'}};
}

__wasi_errno_t readFolder(const Node& folder, uint8_t* buffer, size_t room, uint64_t cookie, size_t& used) {
    used = 0;
    size_t at = folder.first + static_cast<size_t>(cookie);
    while (at < folder.last && used < room) {
        const Entry entry = entryAt(folder, at);
        at = entry.node.last;
        const __wasi_dirent_t head = {.d_next = at - folder.first,
                                      .d_ino = entry.node.inode(),
                                      .d_namlen = static_cast<__wasi_dirnamlen_t>(entry.length),
                                      .d_type = typeOf(entry.node)};
        // What does not fit is cut off: the C library asks again with more room.
        const size_t head_size = sizeof head < room - used ? sizeof head : room - used;
        memcpy(buffer + used, &head, head_size);
        used += head_size;
        const size_t name_size = entry.length < room - used ? entry.length : room - used;
        memcpy(buffer + used, entry.name, name_size);
        used += name_size;
    }
    return __WASI_ERRNO_SUCCESS;
}

}  // namespace

// NOLINTBEGIN(bugprone-reserved-identifier): the linker makes up these names
extern "C" {

// Before the interpreter starts. The C library looks for the longest folder that a path begins with.
void taipan_mount_files() {
    for (size_t i = 0; i < taipan_file_root_count; ++i) {
        const char* const root = taipan_file_roots[i];
        Path path;
        path.length = strlen(root);
        memcpy(path.text, root, path.length);
        Node node;
        __wasi_fd_t fd = 0;
        if (findNode(path, node) && open(node, node.length, fd) == __WASI_ERRNO_SUCCESS)
            __wasilibc_register_preopened_fd(static_cast<int>(fd), root);
    }
}

#define REAL(name, ...) __wasi_errno_t __real___wasi_##name(__VA_ARGS__)
#define WRAPPED(name, ...) __wasi_errno_t __wrap___wasi_##name(__VA_ARGS__)

REAL(fd_close, __wasi_fd_t);
WRAPPED(fd_close, __wasi_fd_t fd) {
    if (!isOurs(fd))
        return __real___wasi_fd_close(fd);
    Opened* const file = find(fd);
    if (file == nullptr)
        return __WASI_ERRNO_BADF;
    file->is_used = false;
    return __WASI_ERRNO_SUCCESS;
}

REAL(fd_fdstat_get, __wasi_fd_t, __wasi_fdstat_t*);
WRAPPED(fd_fdstat_get, __wasi_fd_t fd, __wasi_fdstat_t* result) {
    if (!isOurs(fd))
        return __real___wasi_fd_fdstat_get(fd, result);
    const Opened* const file = find(fd);
    if (file == nullptr)
        return __WASI_ERRNO_BADF;
    *result = {.fs_filetype = typeOf(file->node),
               .fs_flags = 0,
               .fs_rights_base = kReadingRights,
               .fs_rights_inheriting = kReadingRights};
    return __WASI_ERRNO_SUCCESS;
}

REAL(fd_fdstat_set_flags, __wasi_fd_t, __wasi_fdflags_t);
WRAPPED(fd_fdstat_set_flags, __wasi_fd_t fd, __wasi_fdflags_t flags) {
    if (!isOurs(fd))
        return __real___wasi_fd_fdstat_set_flags(fd, flags);
    return find(fd) == nullptr ? __WASI_ERRNO_BADF : __WASI_ERRNO_SUCCESS;
}

REAL(fd_filestat_get, __wasi_fd_t, __wasi_filestat_t*);
WRAPPED(fd_filestat_get, __wasi_fd_t fd, __wasi_filestat_t* result) {
    if (!isOurs(fd))
        return __real___wasi_fd_filestat_get(fd, result);
    const Opened* const file = find(fd);
    if (file == nullptr)
        return __WASI_ERRNO_BADF;
    *result = statusOf(file->node);
    return __WASI_ERRNO_SUCCESS;
}

REAL(fd_pread, __wasi_fd_t, const __wasi_iovec_t*, size_t, __wasi_filesize_t, __wasi_size_t*);
WRAPPED(fd_pread, __wasi_fd_t fd, const __wasi_iovec_t* vectors, size_t count, __wasi_filesize_t offset,
        __wasi_size_t* size) {
    if (!isOurs(fd))
        return __real___wasi_fd_pread(fd, vectors, count, offset, size);
    return read(find(fd), offset, vectors, count, *size);
}

REAL(fd_read, __wasi_fd_t, const __wasi_iovec_t*, size_t, __wasi_size_t*);
WRAPPED(fd_read, __wasi_fd_t fd, const __wasi_iovec_t* vectors, size_t count, __wasi_size_t* size) {
    if (!isOurs(fd))
        return __real___wasi_fd_read(fd, vectors, count, size);
    Opened* const file = find(fd);
    const __wasi_errno_t error = read(file, file == nullptr ? 0 : file->offset, vectors, count, *size);
    if (error == __WASI_ERRNO_SUCCESS)
        file->offset += *size;
    return error;
}

REAL(fd_write, __wasi_fd_t, const __wasi_ciovec_t*, size_t, __wasi_size_t*);
WRAPPED(fd_write, __wasi_fd_t fd, const __wasi_ciovec_t* vectors, size_t count, __wasi_size_t* size) {
    return isOurs(fd) ? __WASI_ERRNO_BADF : __real___wasi_fd_write(fd, vectors, count, size);
}

REAL(fd_readdir, __wasi_fd_t, uint8_t*, __wasi_size_t, __wasi_dircookie_t, __wasi_size_t*);
WRAPPED(fd_readdir, __wasi_fd_t fd, uint8_t* buffer, __wasi_size_t room, __wasi_dircookie_t cookie,
        __wasi_size_t* used) {
    if (!isOurs(fd))
        return __real___wasi_fd_readdir(fd, buffer, room, cookie, used);
    const Opened* const folder = find(fd);
    if (folder == nullptr)
        return __WASI_ERRNO_BADF;
    if (!folder->node.is_folder)
        return __WASI_ERRNO_NOTDIR;
    return readFolder(folder->node, buffer, room, cookie, *used);
}

REAL(fd_seek, __wasi_fd_t, __wasi_filedelta_t, __wasi_whence_t, __wasi_filesize_t*);
WRAPPED(fd_seek, __wasi_fd_t fd, __wasi_filedelta_t delta, __wasi_whence_t whence,
        __wasi_filesize_t* result) {
    if (!isOurs(fd))
        return __real___wasi_fd_seek(fd, delta, whence, result);
    Opened* const file = find(fd);
    if (file == nullptr)
        return __WASI_ERRNO_BADF;
    if (file->node.is_folder)
        return __WASI_ERRNO_ISDIR;
    int64_t base = 0;
    if (whence == __WASI_WHENCE_CUR)
        base = static_cast<int64_t>(file->offset);
    if (whence == __WASI_WHENCE_END)
        base = static_cast<int64_t>(file->node.file().size);
    int64_t offset = 0;
    if (__builtin_add_overflow(base, delta, &offset) || offset < 0)
        return __WASI_ERRNO_INVAL;
    file->offset = static_cast<uint64_t>(offset);
    *result = file->offset;
    return __WASI_ERRNO_SUCCESS;
}

REAL(fd_tell, __wasi_fd_t, __wasi_filesize_t*);
WRAPPED(fd_tell, __wasi_fd_t fd, __wasi_filesize_t* result) {
    return isOurs(fd) ? __wrap___wasi_fd_seek(fd, 0, __WASI_WHENCE_CUR, result)
                      : __real___wasi_fd_tell(fd, result);
}

REAL(path_filestat_get, __wasi_fd_t, __wasi_lookupflags_t, const char*, __wasi_filestat_t*);
WRAPPED(path_filestat_get, __wasi_fd_t fd, __wasi_lookupflags_t flags, const char* path,
        __wasi_filestat_t* result) {
    if (!isOurs(fd))
        return __real___wasi_path_filestat_get(fd, flags, path, result);
    Node node;
    const __wasi_errno_t error = lookUp(fd, path, node);
    if (error == __WASI_ERRNO_SUCCESS)
        *result = statusOf(node);
    return error;
}

REAL(path_open, __wasi_fd_t, __wasi_lookupflags_t, const char*, __wasi_oflags_t, __wasi_rights_t,
     __wasi_rights_t, __wasi_fdflags_t, __wasi_fd_t*);
WRAPPED(path_open, __wasi_fd_t fd, __wasi_lookupflags_t lookup, const char* path, __wasi_oflags_t flags,
        __wasi_rights_t rights, __wasi_rights_t inherited, __wasi_fdflags_t fd_flags, __wasi_fd_t* result) {
    if (!isOurs(fd))
        return __real___wasi_path_open(fd, lookup, path, flags, rights, inherited, fd_flags, result);
    Node node;
    const __wasi_errno_t error = lookUp(fd, path, node);
    if (error == __WASI_ERRNO_NOENT && (flags & __WASI_OFLAGS_CREAT) != 0)
        return __WASI_ERRNO_ROFS;
    if (error != __WASI_ERRNO_SUCCESS)
        return error;
    if ((flags & __WASI_OFLAGS_CREAT) != 0 && (flags & __WASI_OFLAGS_EXCL) != 0)
        return __WASI_ERRNO_EXIST;
    if ((flags & __WASI_OFLAGS_DIRECTORY) != 0 && !node.is_folder)
        return __WASI_ERRNO_NOTDIR;
    if ((rights & __WASI_RIGHTS_FD_WRITE) != 0 || (flags & __WASI_OFLAGS_TRUNC) != 0)
        return node.is_folder ? __WASI_ERRNO_ISDIR : __WASI_ERRNO_ROFS;
    return open(node, find(fd)->root_length, *result);
}

REAL(path_readlink, __wasi_fd_t, const char*, uint8_t*, __wasi_size_t, __wasi_size_t*);
WRAPPED(path_readlink, __wasi_fd_t fd, const char* path, uint8_t* buffer, __wasi_size_t room,
        __wasi_size_t* size) {
    if (!isOurs(fd))
        return __real___wasi_path_readlink(fd, path, buffer, room, size);
    Node node;
    const __wasi_errno_t error = lookUp(fd, path, node);
    return error == __WASI_ERRNO_SUCCESS ? __WASI_ERRNO_INVAL : error;  // nothing here is a link
}

// Whatever would change a file: there is nothing to change.
#define READ_ONLY(name, is_ours, parameters, arguments)                        \
    __wasi_errno_t __real___wasi_##name parameters;                            \
    __wasi_errno_t __wrap___wasi_##name parameters {                           \
        return (is_ours) ? __WASI_ERRNO_ROFS : __real___wasi_##name arguments; \
    }

READ_ONLY(fd_filestat_set_size, isOurs(fd), (__wasi_fd_t fd, __wasi_filesize_t size), (fd, size))
READ_ONLY(fd_filestat_set_times, isOurs(fd),
          (__wasi_fd_t fd, __wasi_timestamp_t accessed, __wasi_timestamp_t modified, __wasi_fstflags_t flags),
          (fd, accessed, modified, flags))
READ_ONLY(path_create_directory, isOurs(fd), (__wasi_fd_t fd, const char* path), (fd, path))
READ_ONLY(path_filestat_set_times, isOurs(fd),
          (__wasi_fd_t fd, __wasi_lookupflags_t lookup, const char* path, __wasi_timestamp_t accessed,
           __wasi_timestamp_t modified, __wasi_fstflags_t flags),
          (fd, lookup, path, accessed, modified, flags))
READ_ONLY(path_link, isOurs(old_fd) || isOurs(fd),
          (__wasi_fd_t old_fd, __wasi_lookupflags_t flags, const char* old_path, __wasi_fd_t fd,
           const char* path),
          (old_fd, flags, old_path, fd, path))
READ_ONLY(path_remove_directory, isOurs(fd), (__wasi_fd_t fd, const char* path), (fd, path))
READ_ONLY(path_rename, isOurs(old_fd) || isOurs(fd),
          (__wasi_fd_t old_fd, const char* old_path, __wasi_fd_t fd, const char* path),
          (old_fd, old_path, fd, path))
READ_ONLY(path_symlink, isOurs(fd), (const char* target, __wasi_fd_t fd, const char* path),
          (target, fd, path))
READ_ONLY(path_unlink_file, isOurs(fd), (__wasi_fd_t fd, const char* path), (fd, path))

}  // extern "C"
// NOLINTEND(bugprone-reserved-identifier)
