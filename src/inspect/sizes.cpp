// SPDX-License-Identifier: Apache-2.0
//
// How large files are, as they lie there and as a web server would send them.
#include <zlib.h>

#include <array>

#include "inspect/inspect.h"
#include "support/files.h"

namespace taipan::inspect {

namespace fs = std::filesystem;

namespace {

constexpr int kGzipLevel = 6;  // what servers use; 9 is four times slower for one percent

uintmax_t gzipSize(std::string_view content) {
    z_stream stream{};
    constexpr int kGzipFormat = 15 + 16;
    if (deflateInit2(&stream, kGzipLevel, Z_DEFLATED, kGzipFormat, 8, Z_DEFAULT_STRATEGY) != Z_OK)
        return 0;
    std::string input(content);
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    std::array<Bytef, 65536> output{};
    do {
        stream.next_out = output.data();
        stream.avail_out = output.size();
    } while (deflate(&stream, Z_FINISH) == Z_OK);
    const uintmax_t size = stream.total_out;
    deflateEnd(&stream);
    return size;
}

Result<Size> measureFile(const fs::path& file) {
    const std::string content = TRY(readFile(file));
    return Size{content.size(), gzipSize(content)};
}

bool isLeftOut(const fs::path& folder) {
    const std::string name = folder.filename().string();
    return name == "test" || name == "tests";
}

}  // namespace

Result<Size> measure(const fs::path& path) {
    if (!fs::is_directory(path))
        return measureFile(path);
    Size sum;
    for (auto entry = fs::recursive_directory_iterator(path); entry != fs::recursive_directory_iterator();
         ++entry) {
        if (entry->is_directory() && isLeftOut(entry->path())) {
            entry.disable_recursion_pending();
        } else if (entry->is_regular_file()) {
            const Size size = TRY(measureFile(entry->path()));
            sum.raw += size.raw;
            sum.gzip += size.gzip;
        }
    }
    return sum;
}

}  // namespace taipan::inspect
