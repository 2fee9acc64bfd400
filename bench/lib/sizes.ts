// SPDX-License-Identifier: Apache-2.0
// How large the parts of an interpreter are: as files, and as a server would send them.

import { readdirSync, readFileSync } from 'node:fs';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

import { messageOf, UsageError } from './errors.ts';

export type Part = 'wasm' | 'stdlib' | 'js glue';

export interface PartSize {
  readonly interpreter: string;
  readonly part: Part;
  readonly files: readonly string[];
  readonly raw: number;
  readonly gzip: number;
  readonly brotli: number;
}

/** Where an interpreter's files are, and which of them a user downloads. */
export interface Artifacts {
  readonly interpreter: string;
  readonly folder: string;
  /** The files that count; all files of the folder without it. */
  readonly files?: readonly string[];
}

/** Which part a file belongs to, by its ending; the first row that fits. */
const kParts: readonly (readonly [RegExp, Part])[] = [
  [/\.wasm$/, 'wasm'],
  [/\.zip$/, 'stdlib'],
  [/\.m?js$/, 'js glue'],
];

export function partOf(file: string): Part | undefined {
  return kParts.find(([pattern]) => pattern.test(file))?.[1];
}

/** What Pyodide loads before it runs Python; its package also holds other builds of the loader. */
export function pyodideArtifacts(bench: string): Artifacts {
  return {
    interpreter: 'pyodide',
    folder: `${bench}/node_modules/pyodide`,
    files: ['pyodide.asm.wasm', 'python_stdlib.zip', 'pyodide.mjs', 'pyodide.asm.mjs'],
  };
}

function filesOf(artifacts: Artifacts): readonly string[] {
  if (artifacts.files !== undefined) {
    return artifacts.files;
  }
  try {
    return readdirSync(artifacts.folder, { recursive: true, encoding: 'utf8' }).sort();
  } catch {
    throw new UsageError(
      `cannot list ${artifacts.folder} (the files of ${artifacts.interpreter}); give a folder that is there`,
    );
  }
}

function readPart(artifacts: Artifacts, file: string): Buffer {
  try {
    return readFileSync(`${artifacts.folder}/${file}`);
  } catch (error) {
    throw new Error(
      `cannot measure a file of ${artifacts.interpreter} (${messageOf(error)}); install or build it first`,
    );
  }
}

function compressedSizes(bytes: Buffer): { gzip: number; brotli: number } {
  const brotli_parameters = {
    [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
    [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
  };
  return {
    gzip: gzipSync(bytes, { level: constants.Z_BEST_COMPRESSION }).length,
    brotli: brotliCompressSync(bytes, { params: brotli_parameters }).length,
  };
}

/** The parts of one interpreter, each file compressed on its own as a server does. */
export function measureSizes(artifacts: Artifacts): readonly PartSize[] {
  const byPart = Map.groupBy(filesOf(artifacts), partOf);
  return kParts.flatMap(([, part]) => {
    const files = byPart.get(part) ?? [];
    if (files.length === 0) {
      return [];
    }
    const total = { raw: 0, gzip: 0, brotli: 0 };
    for (const file of files) {
      const bytes = readPart(artifacts, file);
      const compressed = compressedSizes(bytes);
      total.raw += bytes.length;
      total.gzip += compressed.gzip;
      total.brotli += compressed.brotli;
    }
    return [{ interpreter: artifacts.interpreter, part, files, ...total }];
  });
}
