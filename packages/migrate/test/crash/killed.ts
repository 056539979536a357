import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

/** What a process is told that will be killed. */
export interface KillOrder {
  readonly release: "release" | "ending";
  /** How many messages an undisturbed run sends. */
  readonly messages: number;
  /** Whether it is killed in front of the message at the place, or while that one is on its way. */
  readonly moment: "before" | "behind";
  readonly runs: readonly { readonly url: string; readonly place: number }[];
}

const runner = fileURLToPath(new URL("runner.ts", import.meta.url));

/** A process that migrates. */
export interface Migrating {
  kill(): void;
  /** Why it ended otherwise than by SIGKILL. */
  readonly ended: Promise<string | undefined>;
}

/** Migrates in a process of its own. */
export function migrating(order: KillOrder): Migrating {
  const child = spawn(process.execPath, ["--conditions=lucent-source", runner], {
    env: { PATH: process.env["PATH"], CRASH: JSON.stringify(order) },
    stdio: ["ignore", "ignore", "pipe"],
  });
  let errors = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    errors += text;
  });
  const ended = once(child, "close").then(([code, signal]: readonly unknown[]) =>
    signal === "SIGKILL" ? undefined : `it ended with ${String(code ?? signal)}: ${errors}`,
  );
  return { ended, kill: () => void child.kill("SIGKILL") };
}

/** Migrates in a process that kills itself with SIGKILL. Answers why it ended otherwise. */
export function killed(order: KillOrder): Promise<string | undefined> {
  return migrating(order).ended;
}
