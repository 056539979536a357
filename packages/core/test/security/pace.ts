import { expect } from "vitest";

const tries = 3;
/** What a doubled input may cost: four times as much would be quadratic, and a busy machine is forgiven some. */
const factor = 4;
const forgiven = 60;

/**
 * Has something done with an input of one size and of twice that size, and expects the time to grow about as the input
 * does. Each counts with its best of several tries: what else the machine does only makes times longer.
 */
export async function expectLinear(size: number, work: (size: number) => Promise<unknown>): Promise<void> {
  const [single, double] = [await best(size, work), await best(size * 2, work)];
  expect(double, `${size}: ${single} ms, twice that: ${double} ms`).toBeLessThan(single * factor + forgiven);
}

async function best(size: number, work: (size: number) => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let at = 0; at < tries; at += 1) {
    const started = performance.now();
    await work(size);
    times.push(performance.now() - started);
  }
  return Math.min(...times);
}
