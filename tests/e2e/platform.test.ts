// SPDX-License-Identifier: Apache-2.0
// Every target is what upstream says it is, and has the extension modules that it must have.

import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { kWasmTargets, run, type Target } from './taipan.ts';

const identity = `
import json, os, platform, sys, sysconfig
info = getattr(sys, "_emscripten_info", None)
print(json.dumps({
    "sys.platform": sys.platform,
    "os.name": os.name,
    "machine": platform.machine(),
    "platform": platform.platform(),
    "uname": list(os.uname()),
    "get_platform": sysconfig.get_platform(),
    "EXT_SUFFIX": sysconfig.get_config_var("EXT_SUFFIX"),
    "version": list(sys.version_info[:3]),
    "maxsize": sys.maxsize,
    "emscripten": info and [list(info.emscripten_version), info.pthreads, info.shared_memory],
}))
`;

const emscripten = {
  'sys.platform': 'emscripten',
  'os.name': 'posix',
  machine: 'wasm32',
  platform: 'Emscripten-3.1.69-wasm32-32bit',
  uname: ['Emscripten', 'emscripten', '3.1.69', '#1', 'wasm32'],
  get_platform: 'emscripten-3.1.69-wasm32',
  EXT_SUFFIX: '.cpython-313-wasm32-emscripten.so',
  version: [3, 13, 5],
  maxsize: 2 ** 31 - 1,
  emscripten: [[3, 1, 69], true, false], // threads, and no memory that is shared
};

const expected: Readonly<Record<string, unknown>> = {
  node: emscripten,
  browser: emscripten,
  wasi: {
    'sys.platform': 'wasi',
    'os.name': 'posix',
    machine: 'wasm32',
    platform: 'wasi-0.0.0-wasm32-32bit',
    uname: ['wasi', '(none)', '0.0.0', '0.0.0', 'wasm32'],
    get_platform: 'wasi-0.0.0-wasm32',
    EXT_SUFFIX: '.cpython-313-wasm32-wasi.so',
    version: [3, 13, 5],
    maxsize: 2 ** 31 - 1,
    emscripten: null,
  },
};

const modules = [
  'zlib bz2 lzma sqlite3 ssl hashlib decimal _decimal pyexpat unicodedata',
  '_datetime _pickle _elementtree _json _struct array math cmath binascii _csv _socket select mmap',
  '_codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp _codecs_kr _codecs_tw _multibytecodec',
  '_heapq _bisect _random _statistics _queue _zoneinfo _asyncio _contextvars _opcode _lsprof _blake2 _sha3 _md5',
]
  .join(' ')
  .split(' ');

const absentOnWasi = new Set(['mmap']);

async function importAll(target: Target, names: readonly string[]): Promise<void> {
  const code =
    'import importlib, sys\nfor name in sys.argv[1:]: importlib.import_module(name)\nprint(len(sys.argv) - 1)';
  const { stdout, stderr } = await run(target, ['-c', code, ...names]);
  assert.equal(stdout, `${names.length}\n`, stderr);
}

for (const target of kWasmTargets) {
  describe(target, () => {
    test('has the identity that upstream defines', async () => {
      const { stdout, stderr } = await run(target, ['-c', identity]);
      assert.notEqual(stdout, '', stderr);
      assert.deepEqual(JSON.parse(stdout), expected[target]);
    });

    test('has the extension modules', async () => {
      await importAll(
        target,
        modules.filter((name) => target !== 'wasi' || !absentOnWasi.has(name)),
      );
    });

    test("has OpenSSL's hashes", async () => {
      const code = [
        'import hashlib',
        'for name in ("md5", "sha1", "sha256", "sha512", "sha3_256", "blake2b", "blake2s", "ripemd160", "shake_128"):',
        '    h = hashlib.new(name, b"taipan")',
        '    print(name, h.hexdigest(16) if name.startswith("shake") else h.hexdigest())',
        'print(hashlib.scrypt(b"p", salt=b"s", n=16, r=8, p=1).hex()[:16], hashlib.pbkdf2_hmac("sha256", b"p", b"s", 10).hex()[:16])',
      ].join('\n');
      const native = await run('native', ['-c', code]);
      assert.equal(native.code, 0, native.stderr);
      assert.deepEqual(await run(target, ['-c', code]), native);
    });

    test('talks TLS over memory', async () => {
      const code = [
        'import ssl',
        'context = ssl.create_default_context()',
        'incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()',
        'connection = context.wrap_bio(incoming, outgoing, server_hostname="example.test")',
        'try: connection.do_handshake()',
        'except ssl.SSLWantReadError: print("hello of", outgoing.pending > 100)',
      ].join('\n');
      assert.equal((await run(target, ['-c', code])).stdout, 'hello of True\n');
    });

    test('computes like CPython', async () => {
      const code = [
        'import decimal, fractions, math, statistics, random, zlib, json, unicodedata, datetime',
        'random.seed(7); decimal.getcontext().prec = 50',
        'print(decimal.Decimal(2).sqrt(), math.fsum([0.1] * 10), 2 ** 200 % 10 ** 30, repr(1.1), 1e22, float("1e-320"))',
        'print([random.random() for _ in range(3)], random.sample(range(1000), 5))',
        'print(zlib.crc32(b"taipan"), 10 ** 40 // 7 ** 20, unicodedata.name("ß"))',
        'print(datetime.datetime(2026, 11, 22, tzinfo=datetime.timezone.utc).isoformat(), json.dumps({"a": 1.5e300}))',
      ].join('\n');
      assert.deepEqual(await run(target, ['-c', code]), await run('native', ['-c', code]));
    });
  });
}

for (const target of ['node', 'browser'] as const) {
  test(`ctypes calls C and is called back on ${target}`, async () => {
    const code = [
      'import ctypes',
      'libc = ctypes.CDLL(None)',
      'numbers = (ctypes.c_int * 6)(5, 2, 9, 1, 7, 3)',
      'compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_int), ctypes.POINTER(ctypes.c_int))',
      'libc.qsort(numbers, 6, ctypes.sizeof(ctypes.c_int), compare(lambda a, b: a[0] - b[0]))',
      'print(list(numbers), libc.strlen(b"taipan"))',
    ].join('\n');
    const { stdout, stderr } = await run(target, ['-c', code]);
    assert.equal(stdout, '[1, 2, 3, 5, 7, 9] 6\n', stderr);
  });
}
