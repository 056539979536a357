import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

import type { Outcome, Perform } from "./operation.ts";
import type { Order } from "./worker.ts";

/** Stores in a process of their own. */
export interface OtherProcess {
  readonly perform: Perform;
  stop(): Promise<void>;
}

const worker = fileURLToPath(new URL("worker.ts", import.meta.url));

/** Starts a process with stores on a database. */
export function startProcess(url: string): OtherProcess {
  const child = spawn(process.execPath, ["--conditions=lucent-source", worker], {
    env: { PATH: process.env["PATH"], STORE_URL: url },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const waiting = new Map<number, (outcome: Outcome) => void>();
  let number = 0;
  createInterface({ input: child.stdout }).on("line", (line) => {
    const answer = JSON.parse(line) as { readonly number: number; readonly outcome: Outcome };
    waiting.get(answer.number)?.(answer.outcome);
    waiting.delete(answer.number);
  });
  const closed = once(child, "close").then(() => {
    for (const answer of waiting.values()) answer("the process has ended");
  });
  return {
    perform(userId, paced) {
      const { promise, resolve } = Promise.withResolvers<Outcome>();
      number += 1;
      waiting.set(number, resolve);
      const order: Order = { ...paced, number, userId };
      child.stdin.write(`${JSON.stringify(order)}\n`);
      return promise;
    },
    async stop() {
      child.stdin.end();
      await closed;
    },
  };
}
