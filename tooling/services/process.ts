import { spawn } from "node:child_process";
import { closeSync, openSync, readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import type { Household } from "./household.ts";
import { ServiceError } from "./service-error.ts";

const keeper = fileURLToPath(new URL("keeper.ts", import.meta.url));

/** A household that runs until it is stopped, or until this process ends in whatever way. */
export interface Kept {
  /** The exit code of the first service that ended, or 0 after `stop`. */
  readonly ended: Promise<number>;
  stop(): Promise<void>;
}

/** Starts a household; its output goes to `log`, or to the terminal when there is no log. */
export function keep(household: Household, log?: string): Kept {
  const output = log === undefined ? "inherit" : openSync(log, "a");
  const child = spawn(process.execPath, [keeper], {
    // Away from the terminal's group: Ctrl-C reaches only the runner, which then stops things in order.
    detached: true,
    env: { PATH: process.env["PATH"] ?? "" },
    stdio: ["pipe", output, output],
  });
  if (typeof output === "number") closeSync(output);
  const ended = new Promise<number>((resolve) => {
    child.once("error", () => resolve(127));
    child.once("exit", (code) => resolve(code ?? 1));
  });
  child.stdin?.on("error", () => undefined);
  child.stdin?.write(`${JSON.stringify(household)}\n`);
  if (log !== undefined) child.unref();
  return {
    ended,
    async stop() {
      child.ref();
      child.stdin?.end();
      await ended;
    },
  };
}

/** What there is to wait for before a household is of use. */
export interface Readiness {
  readonly name: string;
  readonly log: string;
  readonly timeoutMs: number;
  readonly probe: () => Promise<void>;
}

/** Waits until the probe passes; a household that ended or stays silent is stopped and its log is shown. */
export async function untilReady(kept: Kept, { name, log, timeoutMs, probe }: Readiness): Promise<void> {
  // The log goes away with the household, so it is opened before there is anything to read.
  const descriptor = openSync(log, "r");
  const deadline = Date.now() + timeoutMs;
  let gone = false;
  void kept.ended.then(() => (gone = true));
  try {
    while (Date.now() < deadline && !gone) {
      try {
        return await probe();
      } catch {
        await pause(20);
      }
    }
    await kept.stop();
    const text = readFileSync(descriptor, "utf8").split("\n").slice(-40).join("\n");
    const what = gone ? "ended while starting" : "did not answer in time";
    throw new ServiceError(`${name} ${what}.\n${text}`.trimEnd());
  } finally {
    closeSync(descriptor);
  }
}
