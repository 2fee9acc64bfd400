// SPDX-License-Identifier: Apache-2.0
// cat and tee: bytes from here to there.

import type { HostChannel } from '../channel.ts';
import { createFile } from '../files.ts';
import type { ByteSource } from '../streams.ts';
import { LineReader } from '../streams.ts';
import { forEachInput } from './inputs.ts';
import { parseOptions } from './options.ts';
import type { Tool } from './tool.ts';
import { complainOf, pathOf } from './tool.ts';

export const cat: Tool = async (context) => {
  const options = parseOptions(context.args, { letters: 'nu', long: { number: 'n' } });
  let number = 0;
  const copy = async (source: ByteSource): Promise<void> => {
    for (let bytes = await source.read(); bytes.length > 0; bytes = await source.read())
      await context.output.write(bytes);
  };
  const copyNumbered = async (source: ByteSource): Promise<void> => {
    const lines = new LineReader(source);
    for (let batch = await lines.next(); batch; batch = await lines.next()) {
      const end = lines.terminated ? '\n' : '';
      await context.output.print(
        batch.map((line) => `${String(++number).padStart(6)}\t${line}`).join('\n') + end,
      );
    }
  };
  return forEachInput(context, options.operands, options.has('n') ? copyNumbered : copy);
};

export const tee: Tool = async (context) => {
  const options = parseOptions(context.args, { letters: 'ai', long: { append: 'a' } });
  const files: HostChannel[] = [];
  let status = 0;
  for (const name of options.operands) {
    try {
      files.push(
        await createFile(context.host, pathOf(context, name), 0o666 & ~context.umask, options.has('a')),
      );
    } catch (error) {
      await complainOf(context, name, error);
      status = 1;
    }
  }
  try {
    for (let bytes = await context.input.read(); bytes.length > 0; bytes = await context.input.read()) {
      for (const file of files) await file.write(bytes);
      await context.output.write(bytes);
    }
  } finally {
    for (const file of files) await file.close();
  }
  return status;
};
