// SPDX-License-Identifier: Apache-2.0
// Names of hosts: numbers, localhost and one's own. There is nobody to ask for others.
#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace {

constexpr size_t kNameRoom = 256;

struct Host {
    int family;
    std::array<uint8_t, 16> ip;
};

// One answer, with its address and name behind it in the same piece of memory.
struct Answer {
    addrinfo info;
    sockaddr_in6 address;
    std::array<char, kNameRoom> name;
};

struct Kind {
    int type;
    int protocol;
};
constexpr std::array<Kind, 2> kKinds = {{{SOCK_STREAM, IPPROTO_TCP}, {SOCK_DGRAM, IPPROTO_UDP}}};

Host hostOf(int family, const void* ip, size_t size) {
    Host host{family, {}};
    memcpy(host.ip.data(), ip, size);
    return host;
}

bool isThisHost(std::string_view name) {
    std::array<char, kNameRoom> own{};
    return name == "localhost" || name.ends_with(".localhost") ||
           (gethostname(own.data(), own.size()) == 0 && name == own.data());
}

// Null is any address, or that of this host.
std::vector<Host> hostsNamed(const char* name, int flags) {
    const in_addr any4{INADDR_ANY};
    const in_addr here4{htonl(INADDR_LOOPBACK)};
    const bool is_passive = name == nullptr && (flags & AI_PASSIVE) != 0;
    const std::vector<Host> here = {
        hostOf(AF_INET, is_passive ? &any4 : &here4, sizeof(in_addr)),
        hostOf(AF_INET6, is_passive ? &in6addr_any : &in6addr_loopback, sizeof(in6_addr))};
    if (name == nullptr)
        return here;
    in_addr ip4{};
    in6_addr ip6{};
    if (inet_aton(name, &ip4) != 0)
        return {hostOf(AF_INET, &ip4, sizeof ip4)};
    if (inet_pton(AF_INET6, name, &ip6) == 1)
        return {hostOf(AF_INET6, &ip6, sizeof ip6)};
    if ((flags & AI_NUMERICHOST) != 0 || !isThisHost(name))
        return {};
    return here;
}

// Nothing for a service that is neither a number nor known.
std::optional<uint16_t> portOf(const char* service, int flags) {
    if (service == nullptr || *service == '\0')
        return 0;
    char* end = nullptr;
    const unsigned long number = strtoul(service, &end, 10);
    if (*end == '\0')
        return static_cast<uint16_t>(number);
    if ((flags & AI_NUMERICSERV) != 0)
        return std::nullopt;
    const servent* const known = getservbyname(service, nullptr);
    return known == nullptr ? std::nullopt
                            : std::optional<uint16_t>(ntohs(static_cast<uint16_t>(known->s_port)));
}

Answer* answer(const Host& host, const Kind& kind, uint16_t port, const char* name) {
    auto* const made = new (std::nothrow) Answer{};
    if (made == nullptr)
        return nullptr;
    made->info.ai_family = host.family;
    made->info.ai_socktype = kind.type;
    made->info.ai_protocol = kind.protocol;
    made->info.ai_addr = reinterpret_cast<sockaddr*>(&made->address);
    if (host.family == AF_INET) {
        sockaddr_in inet{};
        inet.sin_family = AF_INET;
        inet.sin_port = htons(port);
        memcpy(&inet.sin_addr, host.ip.data(), sizeof inet.sin_addr);
        memcpy(&made->address, &inet, sizeof inet);
        made->info.ai_addrlen = sizeof inet;
    } else {
        made->address.sin6_family = AF_INET6;
        made->address.sin6_port = htons(port);
        memcpy(&made->address.sin6_addr, host.ip.data(), sizeof made->address.sin6_addr);
        made->info.ai_addrlen = sizeof made->address;
    }
    if (name != nullptr) {
        snprintf(made->name.data(), made->name.size(), "%s", name);
        made->info.ai_canonname = made->name.data();
    }
    return made;
}

bool wants(const addrinfo& hints, const Host& host, const Kind& kind) {
    return (hints.ai_family == AF_UNSPEC || hints.ai_family == host.family) &&
           (hints.ai_socktype == 0 || hints.ai_socktype == kind.type) &&
           (hints.ai_protocol == 0 || hints.ai_protocol == kind.protocol);
}

// The name of a service in the machine's list, or nothing. The C library's own way to it leads through
// getnameinfo.
std::string serviceNamed(uint16_t port, std::string_view protocol) {
    FILE* const list = fopen("/etc/services", "re");
    if (list == nullptr)
        return {};
    const std::string wanted = std::to_string(port) + "/" + std::string(protocol);
    std::array<char, kNameRoom> line{};
    std::array<char, kNameRoom> name{};
    std::array<char, kNameRoom> place{};
    std::string found;
    while (found.empty() && fgets(line.data(), static_cast<int>(line.size()), list) != nullptr) {
        if (sscanf(line.data(), "%255s %255s", name.data(), place.data()) == 2 && wanted == place.data())
            found = name.data();
    }
    fclose(list);
    return found;
}

const void* ipOf(const sockaddr* address, uint16_t& port) {
    if (address->sa_family == AF_INET) {
        const auto* const inet = reinterpret_cast<const sockaddr_in*>(address);
        port = ntohs(inet->sin_port);
        return &inet->sin_addr;
    }
    const auto* const inet = reinterpret_cast<const sockaddr_in6*>(address);
    port = ntohs(inet->sin6_port);
    return &inet->sin6_addr;
}

bool isLoopback(const sockaddr* address) {
    uint16_t port = 0;
    const void* const ip = ipOf(address, port);
    return address->sa_family == AF_INET ? *static_cast<const uint8_t*>(ip) == IN_LOOPBACKNET
                                         : memcmp(ip, &in6addr_loopback, sizeof(in6_addr)) == 0;
}

}  // namespace

extern "C" {

int getaddrinfo(const char* name, const char* service, const addrinfo* given, addrinfo** result) {
    const addrinfo hints = given == nullptr ? addrinfo{} : *given;
    if (name == nullptr && service == nullptr)
        return EAI_NONAME;
    if (hints.ai_family != AF_UNSPEC && hints.ai_family != AF_INET && hints.ai_family != AF_INET6)
        return EAI_FAMILY;
    const std::optional<uint16_t> port = portOf(service, hints.ai_flags);
    if (!port)
        return EAI_SERVICE;
    const char* const canonical = (hints.ai_flags & AI_CANONNAME) != 0 ? name : nullptr;
    addrinfo** next = result;
    *result = nullptr;
    for (const Host& host : hostsNamed(name, hints.ai_flags)) {
        for (const Kind& kind : kKinds) {
            if (!wants(hints, host, kind))
                continue;
            Answer* const made = answer(host, kind, *port, *result == nullptr ? canonical : nullptr);
            if (made == nullptr) {
                freeaddrinfo(*result);
                return EAI_MEMORY;
            }
            *next = &made->info;
            next = &made->info.ai_next;
        }
    }
    return *result == nullptr ? EAI_NONAME : 0;
}

void freeaddrinfo(addrinfo* first) {
    while (first != nullptr) {
        addrinfo* const next = first->ai_next;
        delete reinterpret_cast<Answer*>(first);
        first = next;
    }
}

int getnameinfo(const sockaddr* address, socklen_t size, char* host, socklen_t host_size, char* service,
                socklen_t service_size, int flags) {
    const bool is_inet = size >= sizeof(sockaddr_in) && address->sa_family == AF_INET;
    const bool is_inet6 = size >= sizeof(sockaddr_in6) && address->sa_family == AF_INET6;
    if (!is_inet && !is_inet6)
        return EAI_FAMILY;
    uint16_t port = 0;
    const void* const ip = ipOf(address, port);
    if (host != nullptr && host_size > 0) {
        if ((flags & NI_NUMERICHOST) == 0 && isLoopback(address))
            snprintf(host, host_size, "localhost");
        else if ((flags & NI_NAMEREQD) != 0)
            return EAI_NONAME;
        else if (inet_ntop(address->sa_family, ip, host, host_size) == nullptr)
            return EAI_OVERFLOW;
    }
    if (service != nullptr && service_size > 0) {
        const std::string known = (flags & NI_NUMERICSERV) != 0
                                      ? std::string()
                                      : serviceNamed(port, (flags & NI_DGRAM) != 0 ? "udp" : "tcp");
        snprintf(service, service_size, "%s", known.empty() ? std::to_string(port).c_str() : known.c_str());
    }
    return 0;
}

}  // extern "C"
