// SPDX-License-Identifier: Apache-2.0
// `node prepare.mjs LINKED.wasm PLAN.json FOLDER`: runs a linked program up to its snapshot (runtime/bundle/snapshot.h)
// and leaves in FOLDER its memory and what else makes up its state, for src/bundle to write back into the module.
//
// First it runs as often as it takes to find the modules whose import touches the world: each run is told of those that
// are known, and what imports them shows up in the next. Then once more, undisturbed.

import fs from 'node:fs';

import { PreparationHost } from './preparation-host.ts';

const kExitFailure = 1;
const kExitMisuse = 2;
const kMaximumRuns = 100;

interface Plan {
  readonly library: readonly string[];
  readonly program: readonly string[];
  readonly anew: boolean;
}

interface Outcome {
  readonly host: PreparationHost;
  readonly exports: WebAssembly.Exports;
  /** What modules did, by their names. */
  readonly found: Map<string, string>;
}

function prepare(module: WebAssembly.Module, plan: string, isRecording: boolean): Outcome {
  const host = new PreparationHost(new TextEncoder().encode(plan), isRecording, (code) => {
    throw new Error(`the program ended with exit code ${String(code)}`);
  });
  const instance = new WebAssembly.Instance(module, host.importsFor(module));
  host.memory.attach(instance.exports['memory'] as WebAssembly.Memory);
  const start = instance.exports['taipan_prepare'] as () => number;
  let reason = '';
  try {
    if (start() !== 0) reason = 'its imports failed';
  } catch (error) {
    reason = error instanceof Error ? error.message : String(error);
  }
  if (reason !== '') throw new Error(host.errors.trim() || reason);
  const report = host.output.slice(host.output.lastIndexOf('\0') + 1);
  const lines = report.split('\n').filter((line) => line !== '');
  const found = new Map(lines.map((line) => line.split('\t', 2) as [string, string]));
  return { host, exports: instance.exports, found };
}

function planText(plan: Plan, blocked: ReadonlyMap<string, string>, isRecording: boolean): string {
  const lines = [
    ['anew', plan.anew ? '1' : '0'],
    ['library', ...plan.library],
    ['program', ...plan.program],
    ['blocked', ...blocked.keys()],
  ];
  return [`record ${isRecording ? '1' : '0'}`, ...lines.map((words) => words.join(' '))].join('\n');
}

/** The modules that cannot be in the snapshot, and why. */
function findBlocked(module: WebAssembly.Module, plan: Plan): Map<string, string> {
  const blocked = new Map<string, string>();
  for (let run = 0; run < kMaximumRuns; ++run) {
    const { found } = prepare(module, planText(plan, blocked, true), true);
    found.delete('');
    const before = blocked.size;
    for (const [name, effect] of found) if (!blocked.has(name)) blocked.set(name, effect);
    if (blocked.size === before) break;
  }
  return blocked;
}

function globalsOf(exports: WebAssembly.Exports): Record<string, string> {
  const globals = Object.entries(exports).filter((entry): entry is [string, WebAssembly.Global] => {
    return entry[1] instanceof WebAssembly.Global && entry[0].startsWith('taipan.global.');
  });
  return Object.fromEntries(globals.map(([name, global]) => [name, String(global.value)]));
}

function main(): number {
  const [linked, planFile, folder] = process.argv.slice(2);
  if (linked === undefined || planFile === undefined || folder === undefined) {
    process.stderr.write('taipan: usage: node prepare.mjs LINKED.wasm PLAN.json FOLDER\n');
    return kExitMisuse;
  }
  const module = new WebAssembly.Module(fs.readFileSync(linked));
  const plan = JSON.parse(fs.readFileSync(planFile, 'utf8')) as Plan;
  try {
    const blocked = findBlocked(module, plan);
    const { host, exports } = prepare(module, planText(plan, blocked, false), false);
    fs.writeFileSync(`${folder}/memory.bin`, new Uint8Array(host.memory.buffer));
    const state = { globals: globalsOf(exports), blocked: Object.fromEntries(blocked) };
    fs.writeFileSync(`${folder}/state.json`, JSON.stringify(state));
    return 0;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    return kExitFailure;
  }
}

process.exitCode = main();
