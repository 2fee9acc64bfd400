// SPDX-License-Identifier: Apache-2.0
// How many parameters each function of WASI preview 1 has: Node's own functions refuse to be called with others.

export const kPreview1Arity: Readonly<Record<string, number>> = {
  args_get: 2,
  args_sizes_get: 2,
  clock_res_get: 2,
  clock_time_get: 3,
  environ_get: 2,
  environ_sizes_get: 2,
  fd_advise: 4,
  fd_allocate: 3,
  fd_close: 1,
  fd_datasync: 1,
  fd_fdstat_get: 2,
  fd_fdstat_set_flags: 2,
  fd_fdstat_set_rights: 3,
  fd_filestat_get: 2,
  fd_filestat_set_size: 2,
  fd_filestat_set_times: 4,
  fd_pread: 5,
  fd_prestat_dir_name: 3,
  fd_prestat_get: 2,
  fd_pwrite: 5,
  fd_read: 4,
  fd_readdir: 5,
  fd_renumber: 2,
  fd_seek: 4,
  fd_sync: 1,
  fd_tell: 2,
  fd_write: 4,
  path_create_directory: 3,
  path_filestat_get: 5,
  path_filestat_set_times: 7,
  path_link: 7,
  path_open: 9,
  path_readlink: 6,
  path_remove_directory: 3,
  path_rename: 6,
  path_symlink: 5,
  path_unlink_file: 3,
  poll_oneoff: 4,
  proc_exit: 1,
  proc_raise: 1,
  random_get: 2,
  sched_yield: 0,
  sock_accept: 3,
  sock_recv: 6,
  sock_send: 5,
  sock_shutdown: 2,
};

type Call = (...values: unknown[]) => unknown;

const kAdapters: readonly ((call: Call) => Call)[] = [
  (call) => () => call(),
  (call) => (a) => call(a),
  (call) => (a, b) => call(a, b),
  (call) => (a, b, c) => call(a, b, c),
  (call) => (a, b, c, d) => call(a, b, c, d),
  (call) => (a, b, c, d, e) => call(a, b, c, d, e),
  (call) => (a, b, c, d, e, f) => call(a, b, c, d, e, f),
  (call) => (a, b, c, d, e, f, g) => call(a, b, c, d, e, f, g),
  (call) => (a, b, c, d, e, f, g, h) => call(a, b, c, d, e, f, g, h),
  (call) => (a, b, c, d, e, f, g, h, i) => call(a, b, c, d, e, f, g, h, i),
];

/** The same function, in JavaScript and with so many parameters. */
export function withArity(count: number, call: Call): Call {
  return kAdapters[count]?.(call) ?? call;
}
