/**
 * The shortest of some runs of what waits for nothing, in milliseconds: a busy machine makes a run longer, never shorter.
 */
export function fastest(work: () => void): number {
  const times = Array.from({ length: 5 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return Math.min(...times);
}
