import { EventEmitter } from "node:events";

import { expect, it } from "vitest";

import { interruption } from "../src/interrupt.ts";

it.each(["SIGINT", "SIGTERM"])("aborts at the first %s, and listens to no further one", (name) => {
  const source = new EventEmitter();
  const signal = interruption(source);
  expect(signal.aborted).toBe(false);
  source.emit(name);
  expect(signal.aborted).toBe(true);
  expect([source.listenerCount("SIGINT"), source.listenerCount("SIGTERM")]).toEqual([0, 0]);
});
