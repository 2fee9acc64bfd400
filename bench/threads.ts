// SPDX-License-Identifier: Apache-2.0
// `node bench/threads.ts [--rounds N]`: what threads cost natively, in Node and in Chromium, in turns; medians.

import { join } from 'node:path';

import { compareTargets } from './lib/side_by_side.ts';

await compareTargets(
  join(import.meta.dirname, 'threads.py'),
  {
    '1,000 threads, ms': { goal: 'at most 1000', digits: 1 },
    'lock handed over, us': { goal: 'at most 5', digits: 1 },
    'lock nobody else wants, ns': { goal: 'at most 2x native', digits: 1 },
    'longest wait beside a busy thread, ms': { goal: 'at most 20', digits: 1 },
  },
  5,
);
