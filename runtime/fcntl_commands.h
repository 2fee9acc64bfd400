// SPDX-License-Identifier: Apache-2.0
// fcntl's commands that go to the kernel. Each gives the result, or -1 with errno.
#pragma once

struct flock;

namespace taipan {

/// F_GETPIPE_SZ and F_SETPIPE_SZ.
int controlPipe(int descriptor, int command, void* argument);

bool isRecordCommand(int command);
/// F_GETLK, F_SETLK, F_SETLKW, and the same of an open file, F_OFD_*.
int controlRecord(int descriptor, int command, struct flock& lock);

}  // namespace taipan
