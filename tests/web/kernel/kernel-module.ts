// SPDX-License-Identifier: Apache-2.0
// The real kernel for tests. TAIPAN_KERNEL names kernel.wasm; `taipan test web` sets it.
import fs from 'node:fs';
import { test, type TestContext } from 'node:test';
import { Kernel } from '../../../web/kernel/kernel.ts';

const file = process.env['TAIPAN_KERNEL'];
const skip = file === undefined && 'TAIPAN_KERNEL does not say where kernel.wasm is';

let compiled: WebAssembly.Module | null = null;

export function kernelModule(): WebAssembly.Module {
  return (compiled ??= new WebAssembly.Module(fs.readFileSync(file ?? '')));
}

export function makeKernel(): Kernel {
  return new Kernel(kernelModule());
}

/** A test of what needs the real kernel. */
export function kernelTest(name: string, run: (context: TestContext) => void | Promise<void>): void {
  void test(name, { skip, timeout: 20_000 }, run);
}
