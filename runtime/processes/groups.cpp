// SPDX-License-Identifier: Apache-2.0
// The groups that the user of the machine is in, who cannot enter others; and those of any user, by
// /etc/group.
#include <errno.h>
#include <grp.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "../host_imports.h"

namespace {

constexpr const char* kGroupFile = "/etc/group";

std::vector<gid_t> ownGroups() {
    std::vector<gid_t> groups(static_cast<size_t>(taipan_groups(nullptr, 0)));
    taipan_groups(groups.data(), groups.size());
    return groups;
}

/// What stands in front of the separator, which goes with it.
std::string_view cut(std::string_view& text, char separator) {
    const std::string_view part = text.substr(0, text.find(separator));
    text.remove_prefix(std::min(part.size() + 1, text.size()));
    return part;
}

/// Adds the group of a line of /etc/group, if the user is a member and it is not there yet.
void addGroup(std::string_view line, std::string_view user, std::vector<gid_t>& groups) {
    cut(line, ':');
    cut(line, ':');
    const std::string_view number = cut(line, ':');
    gid_t group = 0;
    const auto [end, error] = std::from_chars(number.data(), number.data() + number.size(), group);
    if (error != std::errc() || end != number.data() + number.size())
        return;
    while (!line.empty()) {
        if (cut(line, ',') != user)
            continue;
        if (std::ranges::find(groups, group) == groups.end())
            groups.push_back(group);
        return;
    }
}

std::vector<gid_t> groupsOf(std::string_view user, gid_t first) {
    std::vector<gid_t> groups = {first};
    FILE* file = fopen(kGroupFile, "re");
    if (file == nullptr)
        return groups;
    char* line = nullptr;
    size_t room = 0;
    for (ssize_t size = 0; (size = getline(&line, &room, file)) > 0;) {
        std::string_view text(line, static_cast<size_t>(size));
        addGroup(cut(text, '\n'), user, groups);
    }
    free(line);
    fclose(file);
    return groups;
}

}  // namespace

extern "C" {

int getgroups(int room, gid_t groups[]) {
    const std::vector<gid_t> own = ownGroups();
    const int count = static_cast<int>(own.size());
    if (room != 0 && room < count) {
        errno = EINVAL;
        return -1;
    }
    if (room != 0)
        std::ranges::copy(own, groups);
    return count;
}

// Not even root enters others, and nobody but root may say that it stays.
int setgroups(size_t count, const gid_t groups[]) {
    const std::vector<gid_t> wanted(groups, groups + count);
    if (geteuid() == 0 && wanted == ownGroups())
        return 0;
    errno = EPERM;
    return -1;
}

int getgrouplist(const char* user, gid_t first, gid_t groups[], int* count) {
    const std::vector<gid_t> found = groupsOf(user, first);
    const int room = *count;
    *count = static_cast<int>(found.size());
    std::copy_n(found.begin(), std::min(room, *count), groups);
    return room < *count ? -1 : *count;
}

int initgroups(const char* user, gid_t first) {
    const std::vector<gid_t> groups = groupsOf(user, first);
    return setgroups(groups.size(), groups.data());
}

}  // extern "C"
