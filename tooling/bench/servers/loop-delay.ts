/** How late the event loop is for a timer, in milliseconds, since it was asked last. */
export interface LoopDelay {
  read(): { readonly p50: number; readonly p99: number; readonly max: number };
}

const interval = 5;

/** Watches the event loop by a timer of its own: the histogram of Node is not there on Bun. */
export function loopDelay(): LoopDelay {
  let late: number[] = [];
  let due = performance.now() + interval;
  setInterval(() => {
    const now = performance.now();
    late.push(Math.max(0, now - due));
    due = now + interval;
  }, interval);
  return {
    read() {
      const sorted = late.toSorted((left, right) => left - right);
      late = [];
      const at = (part: number): number => sorted[Math.ceil(sorted.length * part) - 1] ?? Number.NaN;
      return { p50: at(0.5), p99: at(0.99), max: at(1) };
    },
  };
}
