import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { type Call, run } from "../src/run.ts";

/** What a call came to. */
export interface Ended {
  readonly code: number;
  readonly out: readonly string[];
  readonly errors: readonly string[];
}

/** A directory with an application in it. */
export interface Application {
  readonly directory: string;
  /** Runs the binary's work there, in this process. */
  lucent(...args: readonly string[]): Promise<Ended>;
  /** The same, with more of what the process would give. */
  call(given: Partial<Call>, ...args: readonly string[]): Promise<Ended>;
  remove(): Promise<void>;
}

/** Writes files into a directory of their own. */
export async function application(files: Readonly<Record<string, string>>): Promise<Application> {
  const directory = await mkdtemp(join(tmpdir(), "lucent-cli-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  const call: Application["call"] = async (given, ...args) => {
    const out: string[] = [];
    const errors: string[] = [];
    const code = await run({
      arguments: args,
      directory,
      version: "1.2.3",
      print: (line) => void out.push(line),
      printError: (line) => void errors.push(line),
      ...given,
    });
    return { code, out, errors };
  };
  return {
    directory,
    call,
    lucent: (...args) => call({}, ...args),
    remove: () => rm(directory, { recursive: true }),
  };
}

/** A configuration whose one plugin has commands: `greet` says what it was given, `look` what it can see, `wait` waits for the signal, `boom` throws. */
export const config = `
const look = ({ environment, signal, progress }) => JSON.stringify({ greeting: environment.GREETING, aborted: signal.aborted, progress: typeof progress });
const aborted = (signal) => new Promise((resolve) => { setInterval(() => undefined, 1_000); signal.addEventListener("abort", resolve); });
const print = (context) => context.print(JSON.stringify([...context.blueprint.collections.keys(), ...context.arguments]));
export default {
  collections: [{ slug: "posts", fields: {} }],
  plugins: [{
    name: "manners",
    commands: [
      { name: "greet", summary: "Say what was given.", usage: ["lucent greet [words]"], run: async (context) => { print(context); return 7; } },
      { name: "look", summary: "Look around.", usage: [], run: async (context) => { context.progress?.("looking"); context.print(look(context)); return 0; } },
      { name: "wait", summary: "Wait for the signal.", usage: [], run: async (context) => { context.print("waiting"); await aborted(context.signal); context.print("interrupted"); if (context.arguments.includes("on")) await new Promise(() => undefined); return 9; } },
      { name: "boom", summary: "Fail.", usage: [], run: async () => { throw new TypeError("a defect"); } },
    ],
  }],
};
`;
