// SPDX-License-Identifier: Apache-2.0
// `node bench/processes.ts [--rounds N]`: what processes cost natively, in Node and in Chromium, in turns; medians.

import { join } from 'node:path';

import { compareTargets } from './lib/side_by_side.ts';

await compareTargets(
  join(import.meta.dirname, 'processes.py'),
  {
    'subprocess.run of a Python that does nothing, s': { goal: 'at most 0.15, 0.25', digits: 3 },
    'a pipe in pieces of 64 KiB, MB/s': { goal: 'at least 300', digits: 0 },
    'round trips through two pipes, 1/s': { goal: 'at least 10,000', digits: 0 },
    'counts of a Value by two processes, 1/s': { goal: '', digits: 0 },
    'a request of a process with 64 MB of shared memory, ms': { goal: '', digits: 3 },
    'Pool(2) beside one process, times faster': { goal: 'at least 1.7', digits: 2 },
  },
  3,
);
