// SPDX-License-Identifier: Apache-2.0
// Fuzzing within ordinary tests, as tests/support/mutations.h does it for C++: inputs are seeds that were damaged, each
// made by its number alone, so that a number that failed can be tried again.
//   TAIPAN_FUZZ_ROUNDS=N   N times as many inputs
//   TAIPAN_FUZZ_ONLY=N     the input of that number and no other

export interface Corpus {
  readonly seeds: readonly (Uint8Array | string)[];
  /** What means something to the parser. */
  readonly words?: readonly string[];
}

const kLargest = 16 * 1024;
const kMostNoise = 16;
const kMostDamage = 6;
/** A round that takes longer hangs for whoever waits for it. */
const kLongestRoundMs = 5000;

/** The same numbers everywhere: 32 bits, mixed as MurmurHash ends. */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = Math.imul(seed + 1, 0x9e3779b1);
  }

  next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
    mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
    return (mixed ^ (mixed >>> 16)) >>> 0;
  }

  below(limit: number): number {
    return this.next() % limit;
  }

  oneOf<T>(choices: readonly T[]): T {
    return choices[this.below(choices.length)] as T;
  }
}

type Damage = (bytes: Buffer, random: Random, corpus: Corpus) => Buffer;

const kDamages: readonly Damage[] = [
  flipBit,
  (bytes, random) => bytes.subarray(0, random.below(bytes.length + 1)),
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return splice(bytes, from, to, Buffer.alloc(0));
  },
  (bytes, random) => insert(bytes, random, bytes.subarray(...range(bytes, random))),
  (bytes, random, corpus) => {
    const other = seedOf(corpus, random);
    const head = bytes.subarray(0, random.below(bytes.length + 1));
    return Buffer.concat([head, other.subarray(random.below(other.length + 1))]);
  },
  (bytes, random) => insert(bytes, random, noise(random)),
  (bytes, random) => {
    const at = random.below(bytes.length + 1);
    const over = noise(random);
    return splice(bytes, at, at + over.length, over);
  },
  insertWord,
  insertWord,
];

export function mutated(corpus: Corpus, number: number): Uint8Array<ArrayBuffer> {
  const random = new Random(number);
  let bytes = seedOf(corpus, random);
  for (let left = random.below(kMostDamage); left > 0 && bytes.length < kLargest; left--) {
    bytes = random.oneOf(kDamages)(bytes, random, corpus);
  }
  return Uint8Array.from(bytes.subarray(0, kLargest));
}

/** Calls the check so many times; stops at the first that throws, and says how to have it again. */
export function fuzz(corpus: Corpus, rounds: number, check: (input: Uint8Array<ArrayBuffer>) => void): void {
  const only = process.env['TAIPAN_FUZZ_ONLY'];
  const first = only === undefined ? 0 : Number(only);
  const end = only === undefined ? rounds * Number(process.env['TAIPAN_FUZZ_ROUNDS'] ?? 1) : first + 1;
  for (let number = first; number < end; number++) {
    const input = mutated(corpus, number);
    const started = performance.now();
    try {
      check(input);
      if (performance.now() - started > kLongestRoundMs) throw new Error('took too long');
    } catch (error) {
      throw new Error(
        `round ${number}, again with TAIPAN_FUZZ_ONLY=${number}; the input is ` +
          `${JSON.stringify(Buffer.from(input).toString('latin1'))}: ${String(error)}`,
        { cause: error },
      );
    }
  }
}

/** The same for what takes text. */
export function fuzzText(corpus: Corpus, rounds: number, check: (input: string) => void): void {
  const decoder = new TextDecoder();
  fuzz(corpus, rounds, (input) => {
    check(decoder.decode(input));
  });
}

function seedOf({ seeds }: Corpus, random: Random): Buffer {
  return Buffer.from(seeds.length === 0 ? noise(random) : random.oneOf(seeds));
}

function noise(random: Random): Buffer {
  return Buffer.from(Array.from({ length: random.below(kMostNoise + 1) }, () => random.below(256)));
}

function range(bytes: Buffer, random: Random): [number, number] {
  const from = random.below(bytes.length + 1);
  return [from, from + random.below(bytes.length - from + 1)];
}

function splice(bytes: Buffer, from: number, to: number, middle: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, from), middle, bytes.subarray(to)]);
}

function insert(bytes: Buffer, random: Random, what: Buffer): Buffer {
  const at = random.below(bytes.length + 1);
  return splice(bytes, at, at, what);
}

function insertWord(bytes: Buffer, random: Random, { words = [] }: Corpus): Buffer {
  return words.length === 0 ? bytes : insert(bytes, random, Buffer.from(random.oneOf(words)));
}

function flipBit(bytes: Buffer, random: Random): Buffer {
  if (bytes.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  const at = random.below(copy.length);
  copy[at] = (copy[at] ?? 0) ^ (1 << random.below(8));
  return copy;
}
