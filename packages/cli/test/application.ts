import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { run } from "../src/run.ts";

/** A directory with an application in it. */
export interface Application {
  readonly directory: string;
  /** Runs the binary's work there, in this process. */
  lucent(...args: readonly string[]): Promise<{
    readonly code: number;
    readonly out: readonly string[];
    readonly errors: readonly string[];
  }>;
  remove(): Promise<void>;
}

/** Writes files into a directory of their own. */
export async function application(files: Readonly<Record<string, string>>): Promise<Application> {
  const directory = await mkdtemp(join(tmpdir(), "lucent-cli-"));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), text);
  }
  return {
    directory,
    async lucent(...args) {
      const out: string[] = [];
      const errors: string[] = [];
      const code = await run({
        arguments: args,
        directory,
        version: "1.2.3",
        print: (line) => void out.push(line),
        printError: (line) => void errors.push(line),
      });
      return { code, out, errors };
    },
    remove: () => rm(directory, { recursive: true }),
  };
}

/** A configuration whose one plugin has two commands: `greet` says what it was given, `boom` throws. */
export const config = `
const print = (context) => context.print(JSON.stringify([...context.blueprint.collections.keys(), ...context.arguments]));
export default {
  collections: [{ slug: "posts", fields: {} }],
  plugins: [{
    name: "manners",
    commands: [
      { name: "greet", summary: "Say what was given.", usage: ["lucent greet [words]"], run: async (context) => { print(context); return 7; } },
      { name: "boom", summary: "Fail.", usage: [], run: async () => { throw new TypeError("a defect"); } },
    ],
  }],
};
`;
