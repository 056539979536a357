import { LucentError } from "@lucent/core";
import { expect, test } from "vitest";

import { hashQueue } from "../../src/credential/hash-queue.ts";

/** Work that ends when it is told to. */
function work(): {
  readonly run: () => Promise<void>;
  readonly end: () => void;
  readonly has: () => boolean;
} {
  const { promise, resolve } = Promise.withResolvers<void>();
  let isStarted = false;
  return {
    run() {
      isStarted = true;
      return promise;
    },
    end: resolve,
    has: () => isStarted,
  };
}

const started = (works: readonly ReturnType<typeof work>[]): number =>
  works.filter(({ has }) => has()).length;

test("T-AUTH-10: no more runs at once than may, and as many wait as may", async () => {
  const queue = hashQueue({ parallel: 3, waiting: 4 });
  const works = Array.from({ length: 10 }, work);
  const outcomes = Promise.allSettled(works.map(({ run }) => queue(run)));
  expect(started(works)).toBe(3);
  for (const { end } of works) end();
  const states = (await outcomes).map(({ status }) => status);
  expect(states).toEqual([...Array(7).fill("fulfilled"), ...Array(3).fill("rejected")]);
});

test("T-AUTH-10: who finds it full is told at once, and when to come again", async () => {
  const queue = hashQueue({ parallel: 1, waiting: 0 });
  const { run, end } = work();
  const first = queue(run);
  const refused = await queue(async () => "never").catch((error: unknown) => error);
  expect(refused).toBeInstanceOf(LucentError);
  expect(refused).toMatchObject({ code: "UNAVAILABLE", status: 503, headers: { "retry-after": "1" } });
  end();
  await first;
  await expect(queue(async () => "room again")).resolves.toBe("room again");
});

test("first come, first served: nobody who comes when a place gets free is ahead of who waits", async () => {
  const queue = hashQueue({ parallel: 1, waiting: 10 });
  const order: string[] = [];
  const { run, end } = work();
  const first = queue(run).then(() => queue(async () => order.push("came later")));
  const waiting = [1, 2, 3].map((each) => queue(async () => order.push(`waited ${each}`)));
  end();
  await Promise.all([first, ...waiting]);
  expect(order).toEqual(["waited 1", "waited 2", "waited 3", "came later"]);
});

test("work that fails frees its place and fails only who asked for it", async () => {
  const queue = hashQueue({ parallel: 1, waiting: 2 });
  const outcomes = await Promise.allSettled([
    queue(async () => Promise.reject(new Error("first"))),
    queue(() => {
      throw new Error("second");
    }),
    queue(async () => "third"),
  ]);
  expect(outcomes).toMatchObject([
    { status: "rejected", reason: { message: "first" } },
    { status: "rejected", reason: { message: "second" } },
    { status: "fulfilled", value: "third" },
  ]);
  await expect(queue(async () => "fourth")).resolves.toBe("fourth");
});

test("the bounds that nobody set: at least two at once, 64 waiting", async () => {
  const queue = hashQueue();
  const works = Array.from({ length: 400 }, work);
  const outcomes = Promise.allSettled(works.map(({ run }) => queue(run)));
  const parallel = started(works);
  expect(parallel).toBeGreaterThanOrEqual(2);
  for (const { end } of works) end();
  expect((await outcomes).filter(({ status }) => status === "fulfilled")).toHaveLength(parallel + 64);
});
