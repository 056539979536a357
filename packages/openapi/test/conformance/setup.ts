import { onAnswer } from "@lucent/core";
import { afterAll, afterEach, expect } from "vitest";

import { comparison, type Given, givenBy } from "./answers.ts";

// Every answer that an application gives in this process while tests run has to be what its document says. Runs once for
// each file of tests.

// Here rules answer the same caller differently from one request to the next, which no document can follow.
const areRulesSteady = expect.getState().testPath?.endsWith("two-world.live.test.ts") !== true;
// Here answers are wrong on purpose, for another comparison to find.
const isPlanted = expect.getState().testPath?.endsWith("fuzz/planted.live.test.ts") === true;

let given: Given[] = [];
const end = onAnswer((message) => void given.push(givenBy(message)));

async function check(): Promise<void> {
  const waiting = given;
  given = [];
  if (isPlanted) return;
  const compare = comparison(areRulesSteady);
  const lines = new Set<string>();
  for (const each of waiting) for (const line of await compare(each)) lines.add(line);
  expect([...lines], "answers that are not what the document says").toEqual([]);
}

afterEach(check);

// What was answered before the first test, and after the last one.
afterAll(async () => {
  end();
  await check();
});
