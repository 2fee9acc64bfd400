// SPDX-License-Identifier: Apache-2.0
// Processes that send anything at all: they may end, the hub and the others may not.
import assert from 'node:assert/strict';
import { HostError } from '../../../web/common/errno.ts';
import { request, Request, WireWriter } from '../../../web/common/kernel-wire.ts';
import { spawnRequest } from '../../../web/common/process-start.ts';
import { fuzz, type Corpus } from '../mutations.ts';
import { fakeHub, type FakeProcess, kernelDescriptor, startOf } from './fake-processes.ts';
import { kernelTest } from './kernel-module.ts';

const SIGKILL = 9;
const SIGCHLD = 17;
const SIGCONT = 18;
const kIgnored = 1;
const ordinary = { group: null, defaults: 0n, isOutside: false };

const kMakeSocketPair = 31;
const kSend = 36;
const kReceive = 37;
const kBytes = Uint8Array.of(1, 2, 3);

const kMessages: Corpus = {
  seeds: [
    spawnRequest(startOf(), ordinary),
    spawnRequest(startOf({ descriptors: [kernelDescriptor(1, 1, 1)] }), {
      ...ordinary,
      group: 0,
      isOutside: true,
    }),
    request(Request.makePipe).u32(0).take(),
    request(Request.read).u32(0).u32(10).take(),
    request(Request.write).u32(1).raw(kBytes).take(),
    request(Request.kill).u32(0).u32(10).take(),
    request(Request.wait).u32(-1).u32(1).take(),
    request(Request.setAction).u32(10).flag(true).u8(2).u32(0).take(),
    new WireWriter().u16(kMakeSocketPair).u16(0).u32(0).u32(1).u32(0).take(),
    // A descriptor in a message, and its way out of it.
    new WireWriter()
      .u16(kSend)
      .u16(0)
      .u32(0)
      .u32(1)
      .u32(0)
      .flag(false)
      .u32(1)
      .u32(0)
      .u32(0)
      .raw(kBytes)
      .take(),
    new WireWriter().u16(kReceive).u16(0).u32(0).u32(0).u32(0).u32(9).flag(false).flag(true).u32(5).take(),
    request(Request.passFile).flag(true).u32(3).u32(0).flag(false).raw(kBytes).take(),
    request(Request.takeFile).u32(2).take(),
    new WireWriter().u16(9).u16(0).u32(0).text('/bin/x').texts([]).texts([]).take(),
    new WireWriter().u16(50).u16(0).u32(0).u32(1).u32(0).u32(1).u64(1000n).flag(false).take(),
  ],
  words: ['\x02\0\0\0', '\x0c\0', 'pump 3', 'null', '[]', '"descriptors":', '\0\0\0\0', '\xff\xff\xff\xff'],
};

/** That the walk goes anywhere. */
const kKept = { most: 0 };

function makeHub() {
  /** What is kept open for messages. */
  const kept = new Set<number>();
  let lastKept = 0;
  const all = fakeHub({
    keepFile: () => {
      if (++lastKept % 5 === 0) throw new HostError('EMFILE');
      kept.add(lastKept);
      return lastKept;
    },
    closeFile: (handle) => {
      assert.ok(kept.delete(handle));
    },
  });
  // Its children need not be waited for.
  void all.root.ask(request(Request.setAction).u32(SIGCHLD).flag(true).u8(kIgnored).u32(0).take());
  return {
    ...all,
    spawn: (): FakeProcess => {
      all.hub.signal(all.root.pid, SIGCONT); // everybody may be stopped
      void all.root.spawn({ newSession: true });
      return all.last();
    },
    clean: (): void => {
      for (const one of all.started) one.events?.vanished(SIGKILL);
      for (const one of all.started.splice(0)) one.pump?.end();
      kKept.most = Math.max(kKept.most, lastKept);
      assert.equal(kept.size, 0);
    },
  };
}

kernelTest('whatever a process sends, the hub and its root live', async () => {
  let all = makeHub();
  let victim = all.spawn();
  fuzz(kMessages, 5000, (bytes) => {
    victim.events?.receive({ kind: 'request', bytes });
    if (all.root.ended !== null) {
      all = makeHub(); // it may be killed, as everybody may be
      victim = all.spawn();
    } else if (!all.hub.pids.includes(victim.pid)) {
      all.clean();
      assert.deepEqual(all.hub.pids, [all.root.pid]);
      victim = all.spawn();
    }
  });
  assert.ok(kKept.most > 10);
  victim = all.spawn();
  const [reader, writer] = await all.root.pipe();
  await all.root.write(writer, Uint8Array.of(5));
  assert.deepEqual([...(await all.root.read(reader)).data], [5]);
});
