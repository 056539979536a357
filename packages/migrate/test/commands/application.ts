import { type CommandContext, describe as describeConfig, type Config } from "@lucent/core";

import { migrate } from "../../src/plugin.ts";
import type { MigrateOptions } from "../../src/plugin/options.ts";

/** What a call of `lucent migrate` came to. */
export interface Called {
  readonly code: number;
  readonly out: readonly string[];
  readonly errors: readonly string[];
}

/** An application with its database, as `lucent migrate` sees it. */
export interface Application {
  readonly config: Config;
  /** Calls `lucent migrate` in this process. */
  call(...args: readonly string[]): Promise<Called>;
  /** The same, with more of what the binary would give. */
  callWith(given: Partial<CommandContext>, ...args: readonly string[]): Promise<Called>;
  /** The result that `--json` prints. */
  json(...args: readonly string[]): Promise<{ readonly code: number; readonly result: unknown }>;
}

/** An application of these collections over a database. */
export function applicationOf(
  url: string,
  collections: Config["collections"],
  options: MigrateOptions = {},
): Application {
  const config: Config = { collections, database: { url }, plugins: [migrate(options)] };
  const callWith: Application["callWith"] = async (given, ...args) => {
    const out: string[] = [];
    const errors: string[] = [];
    const blueprint = describeConfig(config);
    const [command] = blueprint.plugins.flatMap(({ commands = [] }) => commands);
    if (command === undefined) throw new TypeError("no command");
    const code = await command.run({
      blueprint,
      arguments: args,
      signal: new AbortController().signal,
      environment: {},
      print: (line) => void out.push(line),
      printError: (line) => void errors.push(line),
      ...given,
    });
    return { code, out, errors };
  };
  return {
    config,
    callWith,
    call: (...args) => callWith({}, ...args),
    async json(...args) {
      const { code, out } = await callWith({}, ...args, "--json");
      if (out.length !== 1) throw new TypeError(`not one line: ${out.join("\n")}`);
      return { code, result: JSON.parse(out[0] ?? "") as unknown };
    },
  };
}
