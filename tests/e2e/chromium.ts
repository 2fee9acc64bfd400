// SPDX-License-Identifier: Apache-2.0
// The Chromium that tests drive. TAIPAN_CHROMIUM says which.

import { type Browser, chromium } from 'playwright-core';

const kFlags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function launchChromium(): Promise<Browser> {
  const executablePath = process.env['TAIPAN_CHROMIUM'] ?? '/usr/bin/chromium';
  return chromium.launch({ executablePath, args: kFlags });
}
