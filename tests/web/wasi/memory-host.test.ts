// SPDX-License-Identifier: Apache-2.0
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { Clock, Errno, EventType, FdFlag, FileType, OpenFlag, Right } from '../../../web/wasi/preview1.ts';
import { ProgramExit } from '../../../web/wasi/process-calls.ts';
import { Guest, kResultAddress, kRoot } from './guest.ts';

const kSecond = 1_000_000_000n;
const kFilestatSize = 64;

interface Subscription {
  readonly userdata: bigint;
  readonly clock?: { id: number; timeout: bigint; isAbsolute?: boolean };
  readonly reads?: number;
  readonly writes?: number;
}

interface Event {
  readonly userdata: bigint;
  readonly errno: number;
  readonly type: number;
}

function subscribe(guest: Guest, subscriptions: readonly Subscription[]): number {
  const address = guest.room(subscriptions.length * 48);
  const { view } = guest;
  for (const [index, one] of subscriptions.entries()) {
    const start = address + index * 48;
    view.setBigUint64(start, one.userdata, true);
    if (one.clock !== undefined) {
      view.setUint8(start + 8, EventType.clock);
      view.setUint32(start + 16, one.clock.id, true);
      view.setBigUint64(start + 24, one.clock.timeout, true);
      view.setUint16(start + 40, one.clock.isAbsolute === true ? 1 : 0, true);
    } else {
      view.setUint8(start + 8, one.reads === undefined ? EventType.write : EventType.read);
      view.setUint32(start + 16, one.reads ?? one.writes ?? 0, true);
    }
  }
  return address;
}

async function poll(guest: Guest, ...subscriptions: Subscription[]): Promise<Event[]> {
  const from = subscribe(guest, subscriptions);
  const to = guest.room(subscriptions.length * 32);
  const errno = await guest.later('poll_oneoff', from, to, subscriptions.length, kResultAddress);
  assert.equal(errno, 0);
  const { view } = guest;
  return Array.from({ length: guest.result }, (_, index) => ({
    userdata: view.getBigUint64(to + index * 32, true),
    errno: view.getUint16(to + index * 32 + 8, true),
    type: view.getUint8(to + index * 32 + 10),
  }));
}

describe('the process', () => {
  test('has arguments and an environment', () => {
    const guest = new Guest({ args: ['app', 'ä'], env: { A: '1', B: '' } });
    for (const [what, texts] of [
      ['args', 'app\0ä\0'],
      ['environ', 'A=1\0B=\0'],
    ] as const) {
      const size = guest.room(16);
      assert.equal(guest.call(`${what}_sizes_get`, kResultAddress, size), 0);
      assert.equal(guest.result, 2);
      const length = guest.view.getUint32(size, true);
      const [pointers, start] = [guest.room(8), guest.room(length)];
      assert.equal(guest.call(`${what}_get`, pointers, start), 0);
      assert.equal(new TextDecoder().decode(guest.bytes(start, length)), texts);
      assert.equal(guest.view.getUint32(pointers + 4, true), start + texts.indexOf('\0') + 1);
    }
  });

  test('has clocks that go', () => {
    const guest = new Guest();
    const read = (clock: number): bigint => {
      assert.equal(guest.call('clock_time_get', clock, 0n, kResultAddress), 0);
      return guest.longResult;
    };
    const wall = read(Clock.realTime);
    assert(Math.abs(Number(wall / 1_000_000n) - Date.now()) < 1000);
    const start = read(Clock.monotonic);
    while (read(Clock.monotonic) <= start);
    assert(read(Clock.processTime) >= 0n);
    assert.equal(guest.call('clock_time_get', 9, 0n, kResultAddress), Errno.inval);
  });

  test('has more random bytes than the browser gives at once', () => {
    const guest = new Guest();
    const length = 200_000;
    const address = guest.room(length);
    assert.equal(guest.call('random_get', address, length), 0);
    for (const start of [0, 65_536, 131_072, 199_900])
      assert.notDeepEqual(guest.bytes(address + start, 100), new Uint8Array(100));
  });

  test('ends with its code', () => {
    assert.throws(
      () => new Guest().call('proc_exit', -1),
      (error: unknown) => error instanceof ProgramExit && error.code === 0xffff_ffff,
    );
  });

  test('has no sockets, and nothing that WASI does not have', () => {
    const guest = new Guest();
    assert.equal(guest.call('sock_shutdown', 0, 0), Errno.notsock);
    assert.equal(guest.call('sock_shutdown', 40, 0), Errno.badf);
    assert.equal(guest.call('proc_raise', 9), Errno.nosys);
  });

  test('hears of addresses that it does not have', () => {
    const guest = new Guest();
    const end = guest.memory.buffer.byteLength;
    assert.equal(guest.call('random_get', end - 10, 20), Errno.fault);
    assert.equal(guest.call('clock_time_get', 0, 0n, -8), Errno.fault);
    assert.equal(guest.call('fd_write', 1, end, 1, kResultAddress), Errno.fault);
  });
});

describe('the streams', () => {
  test('are terminals', () => {
    const guest = new Guest();
    for (const fd of [0, 1, 2]) {
      assert.equal(guest.call('fd_fdstat_get', fd, 64), 0);
      assert.equal(guest.view.getUint8(64), FileType.characterDevice);
      assert.equal(guest.view.getBigUint64(72, true) & (Right.fdSeek | Right.fdTell), 0n);
      assert.equal(guest.call('fd_seek', fd, 0n, 0, kResultAddress), Errno.spipe);
    }
  });

  test('pass on what is written, in order', () => {
    const guest = new Guest();
    guest.write(1, 'a');
    guest.write(2, 'b');
    const vector = guest.vector(guest.text('c'), guest.text(''), guest.text('d'));
    assert.equal(guest.call('fd_write', 1, ...vector, kResultAddress), 0);
    assert.equal(guest.result, 2);
    assert.deepEqual(guest.streams.written, [
      [1, 'a'],
      [2, 'b'],
      [1, 'c'],
      [1, 'd'],
    ]);
    assert.equal(guest.write(0, 'x'), Errno.badf);
  });

  test('make the program wait for input where it can', async () => {
    const guest = Guest.waiting();
    const room = guest.room(8);
    const answer = guest.later('fd_read', 0, ...guest.vector([room, 8]), kResultAddress);
    assert(answer instanceof Promise);
    guest.streams.type('line\n');
    assert.equal(await answer, 0);
    assert.equal(new TextDecoder().decode(guest.bytes(room, guest.result)), 'line\n');
  });

  test('are at their end where the program cannot wait', () => {
    const guest = new Guest();
    assert.equal(guest.read(0, 8), '');
    assert.equal(guest.streams.missed, 1);
  });

  test('do not wait when they are told not to', () => {
    const guest = Guest.waiting();
    assert.equal(guest.call('fd_fdstat_set_flags', 0, FdFlag.nonBlocking), 0);
    assert.equal(guest.call('fd_read', 0, ...guest.vector([512, 8]), kResultAddress), Errno.again);
  });

  test('make a program wait that writes more than is read', async () => {
    const guest = Guest.waiting();
    let settle = (): void => undefined;
    guest.streams.drain = new Promise((resolve) => {
      settle = resolve;
    });
    const answer = guest.later('fd_write', 1, ...guest.vector(guest.text('x')), kResultAddress);
    assert(answer instanceof Promise);
    settle();
    assert.equal(await answer, 0);
  });
});

describe('waiting', () => {
  test('is for a time', async () => {
    const guest = Guest.waiting();
    const start = performance.now();
    const clock = { id: Clock.monotonic, timeout: kSecond / 20n };
    assert.deepEqual(await poll(guest, { userdata: 7n, clock }), [{ userdata: 7n, errno: 0, type: 0 }]);
    assert(performance.now() - start >= 49);
  });

  test('is for a moment, which may have passed', async () => {
    const guest = Guest.waiting();
    const clock = { id: Clock.realTime, timeout: 5n, isAbsolute: true };
    assert.equal((await poll(guest, { userdata: 1n, clock })).length, 1);
  });

  test('does not count as time in which the program computes', async () => {
    const guest = Guest.waiting();
    await poll(guest, {
      userdata: 1n,
      clock: { id: Clock.monotonic, timeout: kSecond / 5n },
    });
    guest.call('clock_time_get', Clock.processTime, 0n, kResultAddress);
    assert(guest.longResult < kSecond / 10n, String(guest.longResult));
  });

  test('ends with input, or with the time if that is sooner', async () => {
    const guest = Guest.waiting();
    const long = { id: Clock.monotonic, timeout: 100n * kSecond };
    setTimeout(() => guest.streams.type('x'), 10);
    assert.deepEqual(await poll(guest, { userdata: 1n, clock: long }, { userdata: 2n, reads: 0 }), [
      { userdata: 2n, errno: 0, type: EventType.read },
    ]);
    guest.streams.input.length = 0;
    const short = { id: Clock.monotonic, timeout: 10n };
    assert.deepEqual(await poll(guest, { userdata: 1n, clock: short }, { userdata: 2n, reads: 0 }), [
      { userdata: 1n, errno: 0, type: EventType.clock },
    ]);
  });

  test('is not for what can be done at once, nor for what is not open', async () => {
    const guest = Guest.waiting();
    const events = await poll(guest, { userdata: 1n, writes: 1 }, { userdata: 2n, reads: 40 });
    assert.deepEqual(events, [
      { userdata: 1n, errno: 0, type: EventType.write },
      { userdata: 2n, errno: Errno.badf, type: EventType.read },
    ]);
    assert.equal(guest.call('poll_oneoff', 64, 512, 0, kResultAddress), Errno.inval);
  });

  test('is done by the processor where the engine cannot', async () => {
    const guest = new Guest();
    const start = performance.now();
    await poll(guest, {
      userdata: 1n,
      clock: { id: Clock.monotonic, timeout: kSecond / 50n },
    });
    assert(performance.now() - start >= 19);
    assert.deepEqual(await poll(guest, { userdata: 2n, reads: 0 }), [
      { userdata: 2n, errno: 0, type: EventType.read },
    ]);
    assert.equal(guest.streams.missed, 1);
  });
});

describe('files', () => {
  test('are written and read, at their position and elsewhere', () => {
    const guest = new Guest();
    const { fd } = guest.open('tmp/a', { flags: OpenFlag.create });
    assert.equal(guest.write(fd, 'hello'), 0);
    assert.equal(guest.call('fd_pwrite', fd, ...guest.vector(guest.text('J')), 0n, kResultAddress), 0);
    assert.equal(guest.call('fd_tell', fd, kResultAddress), 0);
    assert.equal(guest.longResult, 5n);
    assert.equal(guest.read(fd, 10), '');
    assert.equal(guest.call('fd_seek', fd, -4n, 2, kResultAddress), 0);
    assert.equal(guest.read(fd, 3), 'ell');
    const room = guest.room(8);
    const pieces = guest.vector([room, 1], [room + 4, 4]);
    assert.equal(guest.call('fd_pread', fd, ...pieces, 3n, kResultAddress), 0);
    assert.equal(guest.result, 2);
    assert.equal(new TextDecoder().decode(guest.bytes(room + 4, 1)), 'o');
    assert.equal(guest.call('fd_seek', fd, -1n, 0, kResultAddress), Errno.inval);
    assert.equal(guest.call('fd_seek', fd, 0n, 3, kResultAddress), Errno.inval);
  });

  test('are appended to wherever the position is', () => {
    const guest = new Guest();
    const { fd } = guest.open('a', {
      flags: OpenFlag.create,
      fdFlags: FdFlag.append,
    });
    guest.write(fd, 'one');
    guest.call('fd_seek', fd, 0n, 0, kResultAddress);
    guest.write(fd, 'two');
    guest.call('fd_seek', fd, 0n, 0, kResultAddress);
    assert.equal(guest.read(fd, 10), 'onetwo');
  });

  test('are cut and grown', () => {
    const guest = new Guest();
    const { fd } = guest.open('a', { flags: OpenFlag.create });
    guest.write(fd, 'hello');
    assert.equal(guest.call('fd_filestat_set_size', fd, 2n), 0);
    assert.equal(guest.call('fd_allocate', fd, 0n, 4n), 0);
    guest.call('fd_seek', fd, 0n, 0, kResultAddress);
    assert.equal(guest.read(fd, 10), 'he\0\0');
    assert.equal(guest.call('fd_filestat_set_size', fd, 1n << 50n), Errno.fbig);
  });

  test('allow what they were opened for', () => {
    const guest = new Guest();
    guest.open('a', { flags: OpenFlag.create });
    const reading = guest.open('a', { rights: Right.fdRead });
    const writing = guest.open('a', { rights: Right.fdWrite });
    assert.equal(guest.write(reading.fd, 'x'), Errno.notcapable);
    assert.equal(
      guest.call('fd_read', writing.fd, ...guest.vector([512, 8]), kResultAddress),
      Errno.notcapable,
    );
    assert.equal(guest.call('fd_fdstat_set_rights', reading.fd, Right.fdWrite, 0n), Errno.notcapable);
    assert.equal(guest.call('fd_fdstat_set_rights', reading.fd, 0n, 0n), 0);
    assert.equal(
      guest.call('fd_read', reading.fd, ...guest.vector([512, 8]), kResultAddress),
      Errno.notcapable,
    );
    guest.call('fd_fdstat_set_rights', kRoot, 0x1fff_ffffn, Right.fdRead);
    assert.equal(guest.open('a', { rights: Right.fdWrite }).errno, Errno.notcapable);
  });

  test('have a status', () => {
    const guest = new Guest();
    const { fd } = guest.open('a', { flags: OpenFlag.create });
    guest.write(fd, 'hello');
    const address = guest.room(kFilestatSize);
    assert.equal(guest.call('fd_filestat_set_times', fd, 5n, 6n, 1 | 4), 0);
    assert.equal(guest.call('path_filestat_get', kRoot, 1, ...guest.text('a'), address), 0);
    const { view } = guest;
    assert.equal(view.getUint8(address + 16), FileType.regularFile);
    assert.equal(view.getBigUint64(address + 32, true), 5n);
    assert.deepEqual(
      [40, 48].map((offset) => view.getBigUint64(address + offset, true)),
      [5n, 6n],
    );
    assert.equal(guest.call('fd_filestat_set_times', fd, 0n, 0n, 1 | 2), Errno.inval);
    assert.equal(guest.call('path_filestat_get', kRoot, 1, ...guest.text('b'), address), Errno.noent);
    assert.equal(guest.call('fd_filestat_get', 1, address), 0);
    assert.equal(view.getUint8(address + 16), FileType.characterDevice);
  });

  test('are closed, and their numbers used again', () => {
    const guest = new Guest();
    const first = guest.open('a', { flags: OpenFlag.create }).fd;
    const second = guest.open('b', { flags: OpenFlag.create }).fd;
    guest.write(second, 'b');
    assert.equal(guest.call('fd_renumber', second, first), 0);
    assert.equal(guest.call('fd_close', second), Errno.badf);
    guest.call('fd_seek', first, 0n, 0, kResultAddress);
    assert.equal(guest.read(first, 4), 'b');
    assert.equal(guest.call('fd_close', first), 0);
    assert.equal(guest.open('a').fd, first);
    assert.equal(guest.call('fd_renumber', first, 99), Errno.badf);
  });
});

describe('folders', () => {
  test('are known from the start', () => {
    const guest = new Guest();
    assert.equal(guest.call('fd_prestat_get', kRoot, 64), 0);
    assert.equal(guest.view.getUint32(68, true), 1);
    assert.equal(guest.call('fd_prestat_dir_name', kRoot, 64, 1), 0);
    assert.deepEqual(guest.bytes(64, 1), new TextEncoder().encode('/'));
    assert.equal(guest.call('fd_prestat_get', kRoot + 1, 64), Errno.badf);
    assert.equal(guest.call('fd_prestat_get', 0, 64), Errno.badf);
    assert.equal(guest.call('fd_prestat_dir_name', kRoot, 64, 0), Errno.nametoolong);
  });

  test('list the same through buffers of every size', () => {
    const guest = new Guest();
    for (const name of ['one', 'two', 'a-rather-long-name', 'ä'])
      assert.equal(guest.call('path_create_directory', kRoot, ...guest.text(name)), 0);
    const expected = ['.', '..', 'tmp', 'one', 'two', 'a-rather-long-name', 'ä'];
    for (const length of [42, 43, 64, 100, 150, 4096])
      assert.deepEqual(guest.list(kRoot, length), expected, `${length}`);
  });

  test('are listed as they were when it began', () => {
    const guest = new Guest();
    const address = guest.room(26);
    assert.equal(guest.call('fd_readdir', kRoot, address, 26, 0n, kResultAddress), 0);
    assert.equal(guest.call('path_remove_directory', kRoot, ...guest.text('tmp')), 0);
    const rest = guest.room(256);
    assert.equal(guest.call('fd_readdir', kRoot, rest, 256, 2n, kResultAddress), 0);
    assert.equal(guest.result, 27);
    assert.deepEqual(guest.list(kRoot, 256), ['.', '..']);
  });

  test('are no files', () => {
    const guest = new Guest();
    const { errno, fd } = guest.open('tmp', {
      rights: Right.fdRead | Right.fdReaddir,
    });
    assert.equal(errno, 0);
    assert.equal(guest.call('fd_read', fd, ...guest.vector([512, 8]), kResultAddress), Errno.isdir);
    assert.equal(guest.open('tmp', { rights: Right.fdWrite }).errno, Errno.isdir);
    const file = guest.open('a', { flags: OpenFlag.create }).fd;
    assert.equal(guest.open('b', { fd: file }).errno, Errno.notdir);
    assert.equal(guest.call('fd_readdir', file, 512, 64, 0n, kResultAddress), Errno.notdir);
  });

  test('are where paths begin', () => {
    const guest = new Guest();
    const tmp = guest.open('tmp', { rights: Right.fdRead });
    assert.equal(
      guest.open('x', {
        fd: tmp.fd,
        flags: OpenFlag.create,
        rights: Right.fdRead,
      }).errno,
      0,
    );
    assert.equal(guest.open('../tmp/x', { fd: tmp.fd, rights: Right.fdRead }).errno, Errno.notcapable);
    assert.equal(guest.open('tmp/x').errno, 0);
  });
});

describe('paths', () => {
  test('are UTF-8 without zeros', () => {
    const guest = new Guest();
    const open = (bytes: number[]): number => {
      const [address, length] = guest.put(Uint8Array.from(bytes));
      return guest.call('path_open', kRoot, 0, address, length, 1, 0n, 0n, 0, kResultAddress);
    };
    assert.equal(open([0x61, 0xff]), Errno.ilseq);
    assert.equal(open([0x61, 0x00]), Errno.inval);
    assert.equal(open([]), Errno.noent);
    assert.equal(open([0xef, 0xbb, 0xbf]), 0);
    assert.deepEqual(guest.list(kRoot, 256).at(-1), '\ufeff');
  });

  test('name links', () => {
    const guest = new Guest();
    guest.write(guest.open('a', { flags: OpenFlag.create }).fd, 'abc');
    assert.equal(guest.call('path_symlink', ...guest.text('a'), kRoot, ...guest.text('link')), 0);
    assert.equal(guest.read(guest.open('link').fd, 8), 'abc');
    assert.equal(guest.open('link', { lookup: 0 }).errno, Errno.loop);
    const room = guest.room(8);
    assert.equal(guest.call('path_readlink', kRoot, ...guest.text('link'), room, 8, kResultAddress), 0);
    assert.deepEqual(guest.bytes(room, guest.result), new TextEncoder().encode('a'));
    assert.equal(
      guest.call('path_readlink', kRoot, ...guest.text('a'), room, 8, kResultAddress),
      Errno.inval,
    );
    assert.equal(guest.call('path_link', kRoot, 0, ...guest.text('a'), kRoot, ...guest.text('tmp/b')), 0);
    assert.equal(guest.call('path_rename', kRoot, ...guest.text('tmp/b'), kRoot, ...guest.text('c')), 0);
    assert.equal(guest.call('path_unlink_file', kRoot, ...guest.text('a')), 0);
    assert.equal(guest.open('link').errno, Errno.noent);
    assert.equal(guest.read(guest.open('c').fd, 8), 'abc');
  });
});
