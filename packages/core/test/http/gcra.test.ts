import fc from "fast-check";
import { expect, test } from "vitest";

import { fits, limitProblem, occupiedAt, paceOf, takenOf } from "../../src/http/gcra.ts";

test("a pace shares the window evenly, in whole microseconds and never beyond it", () => {
  expect(paceOf({ max: 60, window: 60 }, 1)).toStrictEqual({ interval: 1_000_000, burst: 60_000_000 });
  expect(paceOf({ max: 7, window: 60 }, 1)).toStrictEqual({ interval: 8_571_428, burst: 59_999_996 });
  expect(paceOf({ max: 1_000_000, window: 1 }, 1)).toStrictEqual({ interval: 1, burst: 1_000_000 });
});

test("a limit that can't be counted is named, one that can is not", () => {
  expect(limitProblem({ max: 1, window: 1 })).toBeUndefined();
  expect(limitProblem({ max: 1_000_000, window: 2_592_000 })).toBeUndefined();
  expect(limitProblem({ max: 0, window: 1 })).toBe("max is a whole number from 1 to 1000000");
  expect(limitProblem({ max: 1, window: 0.5 })).toBe("window is a whole number of seconds from 1 to 2592000");
});

test("a clock that was set back holds nobody for longer than the window", () => {
  const pace = paceOf({ max: 2, window: 10 }, 1);
  expect(occupiedAt(0, 3_600_000_000, pace)).toBe(pace.burst);
  expect(takenOf(pace.burst, 1, pace)).toMatchObject({ allowed: false, retryAfter: 5, resetAfter: 10 });
});

/** The same limit as a queue of units of which one microsecond after the other is worked off. */
function queue(interval: number, max: number) {
  const units: number[] = [];
  return {
    tick() {
      if (units.length === 0) return;
      units[0] = (units[0] ?? 0) - 1;
      if (units[0] === 0) units.shift();
    },
    take(cost: number): boolean {
      const started = units.length > 0 && (units[0] ?? 0) < interval ? 1 : 0;
      // A unit that is partly worked off still has its place, unless the rest of it and the new ones fit together.
      const rest = started === 1 ? (units[0] ?? 0) : 0;
      const work = (units.length - started) * interval + rest + cost * interval;
      if (work > max * interval) return false;
      for (let at = 0; at < cost; at += 1) units.push(interval);
      return true;
    },
    /** The takes of one unit that would be allowed now. */
    room(): number {
      let found = 0;
      while (this.take(1)) found += 1;
      units.length -= found;
      return found;
    },
    ticksUntilEmpty: () => units.reduce((sum, unit) => sum + unit, 0),
  };
}

test("what is allowed, left and waited for is what a queue that is worked off tick by tick says", () => {
  const steps = fc.array(fc.record({ pause: fc.nat({ max: 30 }), cost: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 40,
  });
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 9 }),
      fc.integer({ min: 1, max: 6 }),
      steps,
      (interval, max, asked) => {
        const pace = { interval, burst: interval * max };
        const model = queue(interval, max);
        let now = 0;
        let until: number | undefined;
        for (const { pause, cost } of asked) {
          for (let tick = 0; tick < pause; tick += 1) model.tick();
          now += pause;
          const occupied = occupiedAt(now, until, pace);
          const taken = takenOf(occupied, cost, pace);
          expect(taken.allowed).toBe(model.take(cost));
          expect(fits(occupied, cost, pace)).toBe(taken.allowed);
          if (taken.allowed) until = now + occupied + cost * interval;
          expect(taken.remaining).toBe(model.room());
          expect(Math.round(taken.resetAfter * 1e6)).toBe(model.ticksUntilEmpty());
          if (taken.allowed || cost > max) continue;
          // Exactly after the time that it names, and not a tick before.
          const wait = Math.round(taken.retryAfter * 1e6);
          expect(fits(occupiedAt(now + wait, until, pace), cost, pace)).toBe(true);
          expect(fits(occupiedAt(now + wait - 1, until, pace), cost, pace)).toBe(false);
        }
      },
    ),
  );
});

test("no stretch of time lets through more than the burst and what came back during it", () => {
  const limit = fc.record({ max: fc.integer({ min: 1, max: 50 }), window: fc.integer({ min: 1, max: 100 }) });
  const pauses = fc.array(fc.nat({ max: 5_000_000 }), { minLength: 1, maxLength: 200 });
  fc.assert(
    fc.property(limit, pauses, (asked, gaps) => {
      const pace = paceOf(asked, 1);
      const allowed: number[] = [];
      let now = 0;
      let until: number | undefined;
      for (const gap of gaps) {
        now += gap;
        const occupied = occupiedAt(now, until, pace);
        if (!fits(occupied, 1, pace)) continue;
        until = now + occupied + pace.interval;
        allowed.push(now);
      }
      for (const [at, from] of allowed.entries()) {
        const last = allowed.at(-1) ?? 0;
        expect(allowed.length - at).toBeLessThanOrEqual(
          asked.max + Math.floor((last - from) / pace.interval),
        );
      }
    }),
  );
});
