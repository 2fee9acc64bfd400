// SPDX-License-Identifier: Apache-2.0
//
// SHA-256 through OpenSSL's libcrypto.
#include "support/sha256.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <openssl/evp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <vector>

#include "support/file_descriptor.h"

namespace taipan {

struct Sha256::State {
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context{EVP_MD_CTX_new(), EVP_MD_CTX_free};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {
    EVP_DigestInit_ex(state_->context.get(), EVP_sha256(), nullptr);
}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) {
    EVP_DigestUpdate(state_->context.get(), bytes.data(), bytes.size());
}

void Sha256::field(std::string_view bytes) {
    update(fmt::format("{}:", bytes.size()));
    update(bytes);
}

std::string Sha256::hex() {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int size = 0;
    EVP_DigestFinal_ex(state_->context.get(), digest.data(), &size);
    std::string text;
    for (unsigned int index = 0; index < size; ++index)
        text += fmt::format("{:02x}", digest.at(index));
    return text;
}

std::string sha256OfText(std::string_view text) {
    Sha256 hash;
    hash.update(text);
    return hash.hex();
}

Result<std::string> sha256OfFile(const std::filesystem::path& file) {
    const FileDescriptor input(open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (!input)
        return failSystem(errno, fmt::format("cannot read {}", file.string()));
    Sha256 hash;
    std::vector<char> buffer(1 << 17);
    for (;;) {
        const ssize_t count = read(input.number(), buffer.data(), buffer.size());
        if (count == 0)
            return hash.hex();
        if (count < 0 && errno == EINTR)
            continue;
        if (count < 0)
            return failSystem(errno, fmt::format("cannot read {}", file.string()));
        hash.update({buffer.data(), static_cast<size_t>(count)});
    }
}

}  // namespace taipan
