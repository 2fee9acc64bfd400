// SPDX-License-Identifier: Apache-2.0
// Emscripten's sockets speak WebSocket and end the program where there is no such package. Until
// there are real sockets they say honestly that they cannot.
addToLibrary({
  __syscall_bind: (fd, address, length, unused1, unused2, unused3) => -{{{ cDefs.EOPNOTSUPP }}},
  __syscall_connect: (fd, address, length, unused1, unused2, unused3) => -{{{ cDefs.EOPNOTSUPP }}},
  __syscall_listen: (fd, backlog) => -{{{ cDefs.EOPNOTSUPP }}},
  __syscall_accept4: (fd, address, length, flags, unused1, unused2) => -{{{ cDefs.EOPNOTSUPP }}},
});
