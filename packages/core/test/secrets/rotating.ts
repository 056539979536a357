import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

import { environmentOf } from "./world.ts";

const runner = fileURLToPath(new URL("rotate-runner.ts", import.meta.url));

/** A process that rotates. */
export interface Rotating {
  /** Its exit code or the signal that ended it, and what it wrote to standard error. */
  readonly ended: Promise<{ readonly code: unknown; readonly errors: string }>;
}

/**
 * Rotates in a process of its own.
 * @param killedAt Which of its statements it sends as its last one, from 1: then it is gone (SIGKILL). Default: none.
 */
export function rotating(url: string, keys: readonly string[], killedAt = 0): Rotating {
  const child = spawn(process.execPath, ["--conditions=lucent-source", runner], {
    env: {
      PATH: process.env["PATH"],
      ...environmentOf(keys),
      DATABASE_URL: url,
      KILLED_AT: String(killedAt),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = once(child, "close").then(([code, signal]: readonly unknown[]) => ({
    code: code ?? signal,
    errors,
  }));
  return { ended };
}
