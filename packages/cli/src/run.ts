import { parseArgs } from "node:util";

import {
  type Blueprint,
  BootError,
  type Command,
  type CommandContext,
  describe,
  isBootError,
  isLucentError,
} from "@lucent/core";

import { loadConfig } from "./load.ts";
import type { Printer } from "./print.ts";

/** One call of the binary, with everything it would otherwise take from the process. */
export interface Call extends Printer {
  /** What stands behind `lucent`. */
  readonly arguments: readonly string[];
  /** Where the configuration is looked for. */
  readonly directory: string;
  /** Version of this package. */
  readonly version: string;
  /** Aborted when the process is asked to end. Default: never. */
  readonly signal?: AbortSignal;
  /** Where variables are read from. Default `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>>;
}

/** Runs the command that the arguments name. Resolves to the exit code; nothing is thrown for what a user can mend. */
export async function run(call: Call): Promise<number> {
  try {
    return await dispatch(call);
  } catch (error) {
    for (const line of errorLines(error)) call.printError(line);
    return 1;
  }
}

/** What went wrong, for a terminal. Only a defect, which nobody can mend by reading a sentence, shows where it was. */
function errorLines(error: unknown): readonly string[] {
  if (isBootError(error)) return error.problems;
  if (isLucentError(error)) return [`${error.message} (${error.code}).`];
  return [error instanceof Error ? (error.stack ?? error.message) : String(error)];
}

async function dispatch(call: Call): Promise<number> {
  const { name, options, rest, problem } = parse(call.arguments);
  if (problem !== undefined) {
    call.printError(problem);
    return 1;
  }
  if (name === undefined) {
    if (options.version) call.print(call.version);
    else await printHelp(call, options);
    return options.version || options.help ? 0 : 1;
  }
  const blueprint = describe(await loadConfig(call.directory, options.config));
  const commands = commandsOf(blueprint);
  const command = commands.find((each) => each.name === name);
  if (command === undefined) {
    call.printError(`There is no command "${name}".`);
    for (const line of commandLines(commands)) call.printError(line);
    return 1;
  }
  if (options.help) {
    for (const line of [command.summary, "", ...command.usage]) call.print(line);
    return 0;
  }
  return command.run({ ...contextOf(call), blueprint, arguments: rest });
}

/** What a command gets of the call. */
function contextOf(call: Call): Omit<CommandContext, "arguments" | "blueprint"> {
  const { print, printError, progress, signal, environment } = call;
  return {
    print,
    printError,
    ...(progress === undefined ? {} : { progress }),
    signal: signal ?? new AbortController().signal,
    environment: environment ?? process.env,
  };
}

interface Options {
  readonly help: boolean;
  readonly version: boolean;
  readonly config: string | undefined;
}

interface Parsed {
  readonly name: string | undefined;
  readonly options: Options;
  /** What the command gets: everything behind its name that is not ours. */
  readonly rest: readonly string[];
  readonly problem: string | undefined;
}

const ownOptions = {
  help: { type: "boolean", short: "h" },
  version: { type: "boolean" },
  config: { type: "string" },
} as const;

/** The first word is the command. `--help` and `--config` are ours on either side of it, everything else behind it is its own. */
function parse(args: readonly string[]): Parsed {
  const { tokens } = parseArgs({
    args: [...args],
    options: ownOptions,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const found = { help: false, version: false, config: undefined as string | undefined };
  const taken = new Set<number>();
  let at: number | undefined;
  let problem: string | undefined;
  for (const token of tokens) {
    if (token.kind === "positional") at ??= token.index;
    if (token.kind !== "option") continue;
    if (token.name === "version" && at !== undefined) continue;
    if (token.name === "help" || token.name === "version") found[token.name] = true;
    else if (token.name === "config") {
      if (token.value === undefined) problem = "--config takes the path of a file.";
      else found.config = token.value;
      if (token.inlineValue === false) taken.add(token.index + 1);
    } else {
      if (at === undefined)
        problem ??= `There is no option "${token.rawName}"; a command's own options go behind its name.`;
      continue;
    }
    taken.add(token.index);
  }
  const name = at === undefined ? undefined : args[at];
  const rest = at === undefined ? [] : args.filter((_, index) => index > at && !taken.has(index));
  return { name, options: found, rest, problem };
}

function commandsOf({ plugins }: Blueprint): readonly Command[] {
  const commands = plugins.flatMap((plugin) => plugin.commands ?? []);
  const names = commands.map(({ name }) => name);
  const twice = new Set(names.filter((name, at) => names.indexOf(name) !== at));
  if (twice.size > 0) throw new BootError([...twice].map((name) => `Two plugins have a command "${name}".`));
  return commands;
}

function commandLines(commands: readonly Command[]): readonly string[] {
  if (commands.length === 0) return ["No plugin of the configuration has a command."];
  const width = Math.max(...commands.map(({ name }) => name.length));
  return ["Commands:", ...commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`)];
}

async function printHelp(call: Call, { help, config }: Options): Promise<void> {
  const print = help ? call.print : call.printError;
  print("lucent [--config FILE] <command> [options]");
  print("lucent <command> --help");
  print("lucent --version");
  print("");
  for (const line of await knownCommands(call.directory, config)) print(line);
}

/** Help is of use without a configuration too. */
async function knownCommands(directory: string, file: string | undefined): Promise<readonly string[]> {
  try {
    return commandLines(commandsOf(describe(await loadConfig(directory, file))));
  } catch (error) {
    if (!isBootError(error)) throw error;
    return [
      "The commands are those of the plugins in the configuration, which could not be read:",
      ...error.problems,
    ];
  }
}
