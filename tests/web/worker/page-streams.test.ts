// SPDX-License-Identifier: Apache-2.0
// What a program makes of the page's terminal.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { FromWorker } from '../../../web/common/messages.ts';
import { PageTerminal } from '../../../web/worker/page-streams.ts';

const kCanonical = 2;
const kEcho = 8;
const kSignals = 1;

function setUp() {
  const posted: FromWorker[] = [];
  const terminal = new PageTerminal((message) => posted.push(message));
  const without = (flags: number) => {
    const settings = terminal.settings();
    terminal.change({ ...settings, c_lflag: settings.c_lflag & ~flags });
  };
  return { posted, terminal, without };
}

test('the page hears how keys are to be treated', () => {
  const { posted, terminal, without } = setUp();
  const usual = terminal.settings();
  without(kEcho);
  without(kCanonical);
  without(kSignals);
  terminal.change(usual);
  assert.deepEqual(posted, [
    { kind: 'keys', mode: 'hidden lines' },
    { kind: 'keys', mode: 'single keys' },
    { kind: 'keys', mode: 'shown lines' },
  ]);
});

test('single keys end lines and interrupt as long as the program wants that', () => {
  const { terminal, without } = setUp();
  const keys = Uint8Array.from([97, 13]);
  const interrupt = Uint8Array.from([97, 3]);
  assert.deepEqual(terminal.receive(keys), keys);
  without(kCanonical | kEcho);
  assert.deepEqual(terminal.receive(keys), Uint8Array.from([97, 10]));
  assert.equal(terminal.receive(interrupt), null);
  without(kSignals);
  assert.deepEqual(terminal.receive(interrupt), interrupt);
  terminal.change({ ...terminal.settings(), c_iflag: 0 });
  assert.deepEqual(terminal.receive(keys), keys);
});
