/** The time that some work takes, in milliseconds. */
export async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** The middle and the slow end of some times, in words. */
export function spread(values: readonly number[]): string {
  const sorted = values.toSorted((left, right) => left - right);
  const last = sorted[Math.ceil(sorted.length * 0.95) - 1] ?? Number.NaN;
  return `p50 ${median(values).toFixed(0)} ms, p95 ${last.toFixed(0)} ms`;
}

/** The one in the middle. */
export function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** One line of the report. */
export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
