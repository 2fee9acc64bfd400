// SPDX-License-Identifier: Apache-2.0
// Runs Python under Pyodide in this Node, with the command line of a python: `-c CODE` or `FILE [ARGS...]`.
// The folder of this file is mounted where it is, so paths below it mean the same as outside.

import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { loadPyodide } from 'pyodide';

const kBenchFolder = dirname(fileURLToPath(import.meta.url));

const kRunFile = `
import runpy, sys
sys.argv = arguments
runpy.run_path(sys.argv[0], run_name="__main__")
`;

/** A Pyodide stream that passes bytes on as they come, so that a line goes out when Python flushes it. */
function writeAll(stream) {
  return {
    isatty: false,
    write(bytes) {
      stream.write(Buffer.from(bytes));
      return bytes.length;
    },
  };
}

async function main(parameters) {
  const python = await loadPyodide();
  python.setStdout(writeAll(process.stdout));
  python.setStderr(writeAll(process.stderr));
  if (parameters[0] === '-c') {
    python.runPython(parameters[1]);
  } else {
    python.FS.mkdirTree(kBenchFolder);
    python.mountNodeFS(kBenchFolder, kBenchFolder);
    python.runPython(kRunFile, { globals: python.toPy({ arguments: parameters }) });
  }
}

const parameters = process.argv.slice(2);
if (parameters.length === 0 || (parameters[0] === '-c' && parameters.length !== 2)) {
  console.error('pyodide-driver: nothing to run; give FILE [ARGS...] or -c CODE');
  process.exitCode = 2;
} else {
  try {
    await main(parameters);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
