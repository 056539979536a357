/**
 * Runs a household of services for another process, and ends them when that process closes the pipe.
 *
 * The pipe is closed by the kernel however the other process ends, by SIGKILL too, so nothing is ever left
 * running and no temporary directory stays behind. Started by process.ts, never by hand.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { renameSync, rmSync } from "node:fs";
import { constants } from "node:os";

import type { Command, Household } from "./household.ts";

const running = new Map<ChildProcess, Command>();
let ending = false;
let exitCode = 0;

let household: Household = { steps: [], services: [], remove: [], graceMs: 0 };
let received = "";
process.stdin.setEncoding("utf8").on("data", receive).on("error", end).on("end", end).on("close", end);
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, end);

/** The household comes through the pipe, one line: arguments can be read by every account of the machine. */
function receive(text: string): void {
  received += text;
  if (!received.endsWith("\n")) return;
  // oxlint-disable-next-line typescript/no-unsafe-assignment -- process.ts wrote the text from the same type
  household = JSON.parse(received);
  void serve();
}

async function serve(): Promise<void> {
  for (const step of household.steps) {
    if ("rename" in step) renameSync(step.rename[0], step.rename[1]);
    else if ((await run(step.run)) !== 0) return fail(1);
    if (ending) return;
  }
  for (const service of household.services) {
    // A household is complete or it ends: a half-dead one would fail in ways that are hard to read.
    void run(service).then(fail);
  }
}

function run(command: Command): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(command.file, command.args, {
      cwd: command.cwd,
      env: command.env,
      uid: command.uid,
      gid: command.gid,
      // A group of its own, so that what the program forked can be ended with it.
      detached: true,
      stdio: ["ignore", "inherit", "inherit"],
    });
    running.set(child, command);
    child.once("error", (error) => {
      process.stderr.write(`${command.file}: ${error.message}\n`);
      leave(child);
      resolve(127);
    });
    child.once("exit", (code, signal) => {
      signalGroup(child, "SIGKILL");
      leave(child);
      resolve(code ?? 128 + (signal === null ? 1 : constants.signals[signal]));
    });
  });
}

function leave(child: ChildProcess): void {
  running.delete(child);
  if (ending && running.size === 0) finish();
}

function fail(code: number): void {
  if (!ending) exitCode = code;
  end();
}

function end(): void {
  if (ending) return;
  ending = true;
  if (running.size === 0) return finish();
  for (const [child, command] of running) child.kill(command.signal ?? "SIGTERM");
  setTimeout(() => {
    for (const child of running.keys()) signalGroup(child, "SIGKILL");
  }, household.graceMs);
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group has ended already.
  }
}

function finish(): never {
  for (const directory of household.remove)
    rmSync(directory, { recursive: true, force: true, maxRetries: 5 });
  process.exit(exitCode);
}
