// SPDX-License-Identifier: Apache-2.0
// Emscripten's connect, listen and accept speak WebSocket and end the program where there is no such package. Until
// there are real sockets they say honestly that they cannot.
addToLibrary({
  __syscall_connect: () => -{{{ cDefs.EOPNOTSUPP }}},
  __syscall_listen: () => -{{{ cDefs.EOPNOTSUPP }}},
  __syscall_accept4: () => -{{{ cDefs.EOPNOTSUPP }}},
});
