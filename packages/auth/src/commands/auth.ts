import { randomBytes } from "node:crypto";
import { parseArgs } from "node:util";

import {
  type AuditInput,
  type Command,
  type CommandContext,
  commandLogger,
  isBootError,
  isLucentError,
  start,
} from "@lucent/core";

import { isAuthCollection } from "../settings.ts";

const usage = [
  "lucent auth create-admin --collection SLUG --email ADDRESS [--set FIELD=VALUE]...",
  "",
  "Makes an account with a random password, shows the password once, and marks its address as verified. It asks no",
  "access rule, so that there can be a first account that may do what the rules let nobody else do:",
  "",
  "  lucent auth create-admin --collection users --email ada@example.com --set role=admin",
  "",
  "The password stands on standard output, everything else on standard error. Exit codes: 0 done, 1 failed.",
];

/** `lucent auth`: what nobody may do over HTTP. */
export const authCommand: Command = {
  name: "auth",
  summary: "Makes the first account that may do everything (create-admin).",
  usage,
  async run(context) {
    const request = readRequest(context);
    if (typeof request === "string") {
      context.printError(request);
      context.printError(`Try: ${usage[0]}`);
      return 1;
    }
    return createAdmin(context, request);
  },
};

interface Request {
  readonly collection: string;
  readonly email: string;
  readonly values: Readonly<Record<string, string>>;
}

function readRequest({ arguments: args, blueprint }: CommandContext): Request | string {
  const parsed = parsedArguments(args);
  if (typeof parsed === "string") return parsed;
  const { positionals, values } = parsed;
  if (positionals.length !== 1 || positionals[0] !== "create-admin")
    return "There is one thing to do: create-admin.";
  const slugs = [...blueprint.collections.values()]
    .filter(({ definition }) => isAuthCollection(definition))
    .map(({ slug }) => slug);
  const { collection, email, set = [] } = values;
  if (collection === undefined || !slugs.includes(collection)) {
    return `--collection must be one of those with auth: ${slugs.join(", ") || "there is none"}.`;
  }
  if (email === undefined) return "--email is missing.";
  const pairs = set.map(
    (text) => [text.slice(0, text.indexOf("=")), text.slice(text.indexOf("=") + 1)] as const,
  );
  if (set.some((text) => text.indexOf("=") < 1)) return "--set takes FIELD=VALUE.";
  if (pairs.some(([name]) => name === "email" || name === "password")) {
    return "--set is for other fields: the address is --email, and the password is made.";
  }
  return { collection, email, values: Object.fromEntries(pairs) };
}

function parsedArguments(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        collection: { type: "string" },
        email: { type: "string" },
        set: { type: "string", multiple: true },
      },
    });
  } catch {
    return "An argument is not understood.";
  }
}

/** 24 characters, 144 random bits. */
function randomPassword(): string {
  return randomBytes(18).toString("base64url");
}

const event = {
  event: "register",
  outcome: "ok",
  reason: "create-admin",
  actor: { type: "system" },
} as const satisfies AuditInput;

async function createAdmin(context: CommandContext, { collection, email, values }: Request): Promise<number> {
  const { blueprint, environment, print, printError } = context;
  try {
    const engine = await start({ ...blueprint.config, logger: commandLogger(context) }, environment);
    try {
      const password = randomPassword();
      const accounts = engine.asSystem()[collection];
      if (accounts === undefined || typeof accounts === "function") throw new TypeError("no such collection");
      const { id } = await accounts.create({ ...values, email, password });
      engine.services.audit({ ...event, target: `${collection}/${id}` });
      await engine.services.auth?.verify({ collection, id });
      printError(`The account ${id} of "${collection}" is there. Its password, shown this once:`);
      print(password);
      return 0;
    } finally {
      await engine.stop();
    }
  } catch (error) {
    printError(reasonOf(error));
    return 1;
  }
}

/** Says what was wrong without any of the values. */
function reasonOf(error: unknown): string {
  if (isBootError(error)) return error.message;
  if (!isLucentError(error)) return "The account was not made: an unexpected failure.";
  const details = (error.errors ?? []).map(({ path, rule }) => `${path} (${rule})`).join(", ");
  return `The account was not made: ${error.message}${details === "" ? "" : `: ${details}`}.`;
}
