import { randomInt } from "node:crypto";

/** What two series of times tell apart. Times are in milliseconds. */
export interface Comparison {
  readonly pairs: number;
  readonly medians: readonly [one: number, other: number];
  /** Of the other series less the one. */
  readonly difference: number;
  /** Of the difference, by 1,000 resamples of the pairs: its 2.5 % and 97.5 % quantiles. */
  readonly interval: readonly [low: number, high: number];
  /**
   * How often a time of the other series is above one of the one, ties counting half: 0.5 where no threshold tells them
   * apart, 0 or 1 where one always does.
   */
  readonly auc: number;
  /** Two-sided, by Mann and Whitney (normal approximation). */
  readonly p: number;
}

const resamples = 1_000;

/** Compares two series, of which times at the same place were taken together. */
export function compared(one: readonly number[], other: readonly number[]): Comparison {
  const pairs = one.length;
  if (pairs === 0 || other.length !== pairs) throw new TypeError("the series are not of one length");
  const differences = Array.from({ length: resamples }, () => {
    const places = Array.from({ length: pairs }, () => randomInt(pairs));
    return median(picked(other, places)) - median(picked(one, places));
  }).toSorted(ascending);
  const auc = aucOf(one, other);
  const medians = [median(one), median(other)] as const;
  return {
    pairs,
    medians,
    difference: medians[1] - medians[0],
    interval: [at(differences, 0.025 * resamples), at(differences, 0.975 * resamples)],
    auc,
    p: significance(auc, pairs),
  };
}

function aucOf(one: readonly number[], other: readonly number[]): number {
  let above = 0;
  for (const slow of other) for (const quick of one) above += slow > quick ? 1 : slow === quick ? 0.5 : 0;
  return above / (one.length * other.length);
}

function significance(auc: number, pairs: number): number {
  const deviation = Math.sqrt((2 * pairs + 1) / (12 * pairs * pairs));
  return 2 * upperTail(Math.abs(auc - 0.5) / deviation);
}

/** Of the normal distribution (Abramowitz and Stegun 26.2.17, good to 7.5e-8). */
function upperTail(z: number): number {
  const t = 1 / (1 + 0.231_641_9 * z);
  const terms = [0.319_381_53, -0.356_563_782, 1.781_477_937, -1.821_255_978, 1.330_274_429];
  const sum = terms.reduceRight((rest, term) => (rest + term) * t, 0);
  return (sum * Math.exp((-z * z) / 2)) / Math.sqrt(2 * Math.PI);
}

function median(times: readonly number[]): number {
  const sorted = times.toSorted(ascending);
  const middle = sorted.length / 2;
  return (at(sorted, Math.ceil(middle) - 1) + at(sorted, Math.floor(middle))) / 2;
}

function picked(times: readonly number[], places: readonly number[]): readonly number[] {
  return places.map((place) => at(times, place));
}

function at(times: readonly number[], place: number): number {
  return times[Math.floor(place)] ?? Number.NaN;
}

function ascending(one: number, other: number): number {
  return one - other;
}

/** A comparison in words, for whoever reads the run. */
export function inWords({ pairs, medians, difference, interval, auc, p }: Comparison): string {
  const ms = (value: number): string => `${value.toFixed(2)} ms`;
  return [
    `AUC ${auc.toFixed(3)}, p ${p.toFixed(3)} of ${pairs} pairs`,
    `medians ${ms(medians[0])} and ${ms(medians[1])}`,
    `apart by ${ms(difference)} (95 %: ${ms(interval[0])} to ${ms(interval[1])})`,
  ].join("; ");
}
