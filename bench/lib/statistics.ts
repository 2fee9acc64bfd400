// SPDX-License-Identifier: Apache-2.0
// The few statistics of the tables. Every function refuses an empty list rather than answer NaN.

export interface Summary {
  readonly count: number;
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** First and third quartile: half of all samples lie between. */
  readonly q1: number;
  readonly q3: number;
}

/** The value below which a share of the samples lies, interpolated between neighbours. */
export function quantile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const below = sorted[Math.floor(position)];
  const above = sorted[Math.ceil(position)];
  if (below === undefined || above === undefined) {
    throw new RangeError('statistics: no samples');
  }
  return below + (above - below) * (position - Math.floor(position));
}

export function median(samples: readonly number[]): number {
  return quantile(samples, 0.5);
}

export function summarize(samples: readonly number[]): Summary {
  return {
    count: samples.length,
    median: median(samples),
    min: quantile(samples, 0),
    max: quantile(samples, 1),
    q1: quantile(samples, 0.25),
    q3: quantile(samples, 0.75),
  };
}

export function geometricMean(values: readonly number[]): number {
  if (values.length === 0 || values.some((value) => !(value > 0))) {
    throw new RangeError('statistics: a geometric mean needs positive values');
  }
  return Math.exp(values.reduce((sum, value) => sum + Math.log(value), 0) / values.length);
}

/** Samples of one interpreter: the round they were taken in, and the samples of that round. */
export type Rounds = ReadonlyMap<number, readonly number[]>;

/**
 * How many times as fast as the baseline: above 1 is faster. Each round is compared with the same round of the
 * baseline, so that a machine that is slow for a while slows both sides; the answer is the median over the rounds
 * that both have, or undefined where there is none.
 */
export function pairedSpeed(subject: Rounds, baseline: Rounds): number | undefined {
  const speeds: number[] = [];
  for (const [round, samples] of subject) {
    const other = baseline.get(round);
    if (other !== undefined && other.length > 0 && samples.length > 0) {
      speeds.push(median(other) / median(samples));
    }
  }
  return speeds.length === 0 ? undefined : median(speeds);
}
