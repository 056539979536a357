import { parseArgs } from "node:util";

/** How long a migration waits for a lock, unless it is told otherwise. */
export const defaultWaitMs = 60_000;

/** What `lucent migrate` can do. */
export type Action = "migrate" | "contract" | "apply" | "status" | "baseline" | "sql";

/** The arguments, understood. */
export interface Order {
  readonly action: Action;
  /** Of `apply` and `sql`: a file or a folder. */
  readonly path: string;
  readonly json: boolean;
  readonly dryRun: boolean;
  readonly check: boolean;
  readonly verify: boolean;
  readonly waitMs: number;
  readonly drop: readonly string[];
  readonly rewrite: readonly string[];
  readonly backfill: readonly string[];
  /** Where the plan is written to, instead of being carried out. */
  readonly plan: string | undefined;
  /** Of `sql`: the name of the file. */
  readonly name: string | undefined;
}

const options = {
  json: { type: "boolean" },
  "dry-run": { type: "boolean" },
  check: { type: "boolean" },
  verify: { type: "boolean" },
  wait: { type: "string" },
  drop: { type: "string", multiple: true },
  rewrite: { type: "string", multiple: true },
  backfill: { type: "string", multiple: true },
  plan: { type: "string" },
  name: { type: "string" },
} as const;

type OptionName = keyof typeof options;

const decisions: readonly OptionName[] = ["drop", "rewrite", "backfill"];
const looking: readonly OptionName[] = ["json", "dry-run", "check", "verify", "wait"];

/** What each action takes behind its name. */
const actions: Readonly<Record<Action, { readonly options: readonly OptionName[]; readonly path?: string }>> =
  {
    migrate: { options: [...looking, ...decisions, "plan"] },
    contract: { options: looking },
    apply: { options: ["json", "dry-run", "wait"], path: "a plan file or a folder" },
    status: { options: ["json"] },
    baseline: { options: ["json", "dry-run", "wait"] },
    sql: { options: ["json", ...decisions, "name"], path: "a folder" },
  };

const objectGrammar = /^[a-z_][a-z0-9_]{0,62}(?:\.[a-z_][a-z0-9_]{0,62})?$/;
const nameGrammar = /^[a-z0-9][a-z0-9_-]{0,99}$/;

/** Reads what stands behind `lucent migrate`: an order, or the sentence that says why it is none. */
export function readOrder(args: readonly string[]): Order | string {
  const parsed = parse(args);
  if (typeof parsed === "string") return parsed;
  const { values, positionals } = parsed;
  const [word = "migrate", path, ...more] = positionals;
  if (!isAction(word) || (word === "migrate" && positionals.length > 0))
    return `There is no "lucent migrate ${word}".`;
  const takes = actions[word];
  const unwanted = Object.keys(values).find((name) => !takes.options.some((taken) => taken === name));
  if (unwanted !== undefined) return `${called(word)} does not take --${unwanted}.`;
  if ((takes.path === undefined) !== (path === undefined) || more.length > 0)
    return `${called(word)} takes ${takes.path ?? "no further words"}.`;
  return ordered(word, path ?? "", values);
}

type Values = Exclude<ReturnType<typeof parse>, string>["values"];

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    const [line = ""] = error instanceof Error ? error.message.split("\n") : [];
    return line === "" ? "The arguments can't be read." : line;
  }
}

function ordered(action: Action, path: string, values: Values): Order | string {
  const { drop = [], rewrite = [], backfill = [], plan, name } = values;
  const wrong = [...drop, ...rewrite, ...backfill].find((each) => !objectGrammar.test(each));
  if (wrong !== undefined)
    return `--drop, --rewrite and --backfill take table or table.column, not "${wrong}".`;
  if (name !== undefined && !nameGrammar.test(name)) return `--name must match ${nameGrammar.source}.`;
  if (plan === "") return "--plan takes the path of a file.";
  if (plan !== undefined && values.check === true)
    return "--plan writes a plan and --check only looks: take one.";
  const waitMs = values.wait === undefined ? defaultWaitMs : Number(values.wait) * 1_000;
  if (values.wait === "" || !Number.isFinite(waitMs) || waitMs < 0)
    return "--wait takes a number of seconds.";
  return {
    action,
    path,
    json: values.json ?? false,
    dryRun: values["dry-run"] ?? false,
    check: values.check ?? false,
    verify: values.verify ?? false,
    waitMs,
    drop,
    rewrite,
    backfill,
    plan,
    name,
  };
}

function isAction(word: string): word is Action {
  return Object.hasOwn(actions, word);
}

function called(action: Action): string {
  return action === "migrate" ? "lucent migrate" : `lucent migrate ${action}`;
}
