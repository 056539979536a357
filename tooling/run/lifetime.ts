import type { Command } from "../services/household.ts";
import { type Kept, keep } from "../services/process.ts";
import { ServiceError } from "../services/service-error.ts";
import { watchLaunchers } from "./launchers.ts";

/** What runs while a script runs, and ends with it. */
export interface Lifetime {
  /** Called when the script ends, the last one added first. */
  onEnd(stop: () => Promise<void>): void;
  /** Runs a program in the foreground and gives its exit code. */
  run(program: Program): Promise<number>;
}

/** A program as a script names it: it sees the environment of the script and what is added here. */
export interface Program {
  readonly file: string;
  readonly args: readonly string[];
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Runs a script and exits with its code. However it ends, what it started is stopped first; a signal ends it too,
 * and so does the end of the package runner that started it.
 */
export async function main(script: (lifetime: Lifetime) => Promise<number>): Promise<never> {
  const stops: (() => Promise<void>)[] = [];
  const running = new Set<Kept>();
  let ending = false;
  const exit = async (code: number): Promise<never> => {
    if (ending) return new Promise<never>(() => undefined);
    ending = true;
    await Promise.all([...running].map((kept) => kept.stop()));
    for (const stop of stops.toReversed()) await stop();
    process.exit(code);
  };
  onSignal((code) => void exit(code));
  const lifetime: Lifetime = {
    onEnd(stop) {
      // A service that came up while the script was ending is stopped at once.
      if (ending) void stop();
      else stops.push(stop);
    },
    async run(program) {
      if (ending) return new Promise<never>(() => undefined);
      const kept = keep({ steps: [], services: [commandOf(program)], remove: [], graceMs: 10_000 });
      running.add(kept);
      const code = await kept.ended;
      running.delete(kept);
      return ending ? new Promise<never>(() => undefined) : code;
    },
  };
  try {
    return await exit(await script(lifetime));
  } catch (error) {
    console.error(error instanceof ServiceError ? error.message : error);
    return exit(1);
  }
}

function onSignal(end: (code: number) => void): void {
  process
    .on("SIGINT", () => end(130))
    .on("SIGTERM", () => end(143))
    .on("SIGHUP", () => end(129));
  watchLaunchers(() => end(143));
}

function commandOf({ file, args, cwd, env }: Program): Command {
  return { file, args, cwd, env: { ...process.env, ...env } };
}
