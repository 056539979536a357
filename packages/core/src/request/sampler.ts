/** Lets through the first of each key in a second, on the clock of `performance.now()`. */
export type Sampler = (key: string) => boolean;

const period = 1_000;

/** Makes a sampler. It remembers the keys of the last second and no others. */
export function sampler(now: () => number = () => performance.now()): Sampler {
  // In the order of their times: a key is added again behind all others.
  const last = new Map<string, number>();
  return (key) => {
    const time = now();
    for (const [old, since] of last) {
      if (time - since < period) break;
      last.delete(old);
    }
    if (last.has(key)) return false;
    last.set(key, time);
    return true;
  };
}
