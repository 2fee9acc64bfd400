// SPDX-License-Identifier: Apache-2.0
// What runs inside the shell: streams of any length in little memory, ends that end others, jobs that can be killed.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { HostError } from '../../../web/common/errno.ts';
import { runShell, runTool } from '../../../web/shell/run-shell.ts';
import { inMemory, MemoryShellHost } from './memory-shell-host.ts';

const kMegabyte = 2 ** 20;

/** An input of so many bytes, in pieces that are new each time. */
function inputOf(size: number): (most: number) => Uint8Array {
  let left = size;
  return (most) => {
    const piece = new Uint8Array(Math.min(left, most)).fill(0x61);
    left -= piece.length;
    return piece;
  };
}

test('200 MB go through pipes in less memory', async () => {
  const before = process.memoryUsage().rss;
  const { output, status } = await inMemory('cat | cat | tee /dev/null | wc -c', {
    input: inputOf(200 * kMegabyte),
  });
  assert.equal(output, `${200 * kMegabyte}\n`);
  assert.equal(status, 0);
  const grown = (process.memoryUsage().rss - before) / kMegabyte;
  // Garbage that nobody has collected yet counts, too.
  assert.ok(grown < 120, `${grown} MB`);
});

test('a reader that is slow makes writers wait', async () => {
  let read = 0;
  const piece = inputOf(10 * kMegabyte);
  let resume: () => void = () => undefined;
  const running = inMemory('cat | cat', {
    input: (size) => {
      const bytes = piece(size);
      read += bytes.length;
      return bytes;
    },
    output: () => new Promise<void>((resolve) => (resume = resolve)),
  });
  await new Promise((resolve) => setTimeout(resolve, 50));
  assert.ok(read <= 4 * 65536, `${read} bytes were read`);
  const timer = setInterval(() => resume(), 0);
  await running;
  clearInterval(timer);
  assert.equal(read, 10 * kMegabyte);
});

test('who reads no more ends who writes, quietly', async () => {
  for (const [script, output] of [
    ['yes | head -2', 'y\ny\n'],
    ['yes | cat | cat | head -1', 'y\n'],
    ['while :; do echo z; done | head -1', 'z\n'],
    ['yes | true; echo $?', '0\n'],
    ['(yes; echo $? >&2) | head -1', 'y\n'],
  ] as const) {
    const result = await inMemory(script);
    assert.equal(result.output, output, script);
    assert.equal(result.status, 0, script);
    assert.equal(result.error, script.startsWith('(') ? '141\n' : '', script);
  }
});

test('a standard output that is gone ends the shell as SIGPIPE would', async () => {
  const output = () => Promise.reject(new HostError('EPIPE'));
  for (const script of ['yes', 'while :; do echo x; done', 'echo x; echo never >&2']) {
    const { status, error } = await inMemory(script, { output });
    assert.deepEqual([status, error], [141, ''], script);
  }
});

test('jobs inside the shell can be killed, whatever they do', async () => {
  for (const job of [
    'sleep 100',
    'yes >/dev/null',
    'yes | cat >/dev/null',
    'while :; do :; done',
    '(sleep 100; echo no)',
    '{ sleep 100 | cat; }',
    'f',
  ]) {
    const script = `f() { sleep 100; }; ${job} & kill $!; wait $!; echo $?`;
    const { output } = await inMemory(script, { patience: 1000 });
    assert.equal(output, '143\n', job);
  }
});

test('time passes while the shell is busy', async () => {
  const { output } = await inMemory('while :; do :; done & sleep 0.05; echo slept; kill $!', {
    patience: 5000,
  });
  assert.equal(output, 'slept\n');
});

test('a shell ends when its jobs have', async () => {
  const { output } = await inMemory('(sleep 0.05; echo late) & echo early');
  assert.equal(output, 'early\nlate\n');
});

test('tools are programs, too', async () => {
  const host = new MemoryShellHost({ input: inputOf(3) });
  assert.equal(await runTool(['cat'], { env: {}, cwd: '/' }, host), 0);
  assert.equal(await runTool(['echo', 'a', 'b'], { env: {}, cwd: '/' }, host), 0);
  assert.equal(await runTool(['env'], { env: { A: '1' }, cwd: '/' }, host), 0);
  assert.equal(await runTool(['sh', '-c', 'echo $0; exit 3', 'name'], { env: {}, cwd: '/' }, host), 3);
  assert.equal(await runTool(['nosuch'], { env: {}, cwd: '/' }, host), 127);
  assert.equal(await runTool(['grep'], { env: {}, cwd: '/' }, host), 2);
  assert.equal(host.text(1), 'aaaa b\nA=1\nname\n');
});

test('scripts that are too much for any shell end with an error', async () => {
  for (const [script, status] of [
    [`${'('.repeat(100_000)}`, 2],
    [`echo ${'$('.repeat(100_000)}`, 2],
    [`echo ${'`\\'.repeat(1000)}`, 2],
    [`echo "${'${x:-'.repeat(100_000)}`, 2],
    [`${'{ '.repeat(100_000)}`, 2],
    [`${'if '.repeat(100_000)}`, 2],
    [`${'f() '.repeat(100_000)}`, 2],
    [`echo $((${'('.repeat(100_000)}1${')'.repeat(100_000)}))`, 2],
    [`echo $((${'-'.repeat(100_000)}1))`, 2],
    ['f() { f; }; f', 2],
    [`[ ${'! '.repeat(10_000)} x ]`, 2],
    [`expr ${'\\( '.repeat(10_000)}`, 2],
    [`case ${'a'.repeat(1000)} in ${'*a'.repeat(500)}b) ;; esac`, 0],
    [`find ${'\\( '.repeat(10_000)}`, 1],
    ['printf %999999999d 1 | wc -c', 0],
    ['a=$(yes | head -100000); echo ${#a}', 0],
  ] as const) {
    const result = await inMemory(script, { patience: 10_000 });
    assert.equal(result.status, status, `${script.slice(0, 40)}: ${result.error.slice(0, 200)}`);
  }
});

test('a pipe is the host’s only when a program is beside it', async () => {
  const { output } = await inMemory('echo a | { cat; x=$(echo b | cat); echo $x; cat <<E\nc\nE\n} | sort -r');
  assert.equal(output, 'c\nb\na\n');
});

test('a file that the host cannot run is a script', async () => {
  const kScript = 9;
  class ScriptHost extends MemoryShellHost {
    #script = 'echo "script $1"; exit 4';
    override find(): string {
      return '/bin/script';
    }
    override spawn(): Promise<number> {
      return Promise.reject(Object.assign(new Error(), { code: 'ENOEXEC' }));
    }
    override open(): Promise<number> {
      return Promise.resolve(kScript);
    }
    override read(fd: number, size: number): Promise<Uint8Array> {
      if (fd !== kScript) return super.read(fd, size);
      const bytes = new TextEncoder().encode(this.#script);
      this.#script = '';
      return Promise.resolve(bytes);
    }
  }
  const host = new ScriptHost();
  const status = await runShell({ args: ['-c', 'script arg; echo $?'], env: {}, cwd: '/' }, host);
  assert.deepEqual([host.text(1), status], ['script arg\n4\n', 0]);
});
