import { BootError } from "@lucent/core";

import { type DataMigration, dataProblems } from "../data.ts";
import type { Desired } from "../desired.ts";
import { type Conversion, type Decisions, noDecisions } from "../model/decisions.ts";

/** What a start does about the schema. */
export type OnStart = "apply" | "check" | "off";

/** Where warnings are logged at a start. */
export type Warnings = "development" | "always" | "never";

/** What `migrate` takes. Columns are named as the database has them, `table.column`. */
export interface MigrateOptions {
  /**
   * What a start does about a schema that is behind: `apply` brings it up to date, `check` refuses to start with the
   * list, `off` does not look. Default `apply`, and `check` where `NODE_ENV` is `production`.
   */
  readonly onStart?: OnStart;
  /**
   * Whether tables and columns that left the configuration may be dropped at all. Those that hold something still need
   * `lucent migrate --drop NAME` each. Default `false`: they are kept.
   */
  readonly dropOrphaned?: boolean;
  /** Whether a start logs what is kept without being asked for. Default `development`: only outside production. */
  readonly warnings?: Warnings;
  /**
   * How the values of a column become values of its new type: from the quoted column to an SQL expression. It is written
   * into the statement as it is, so it must hold nothing that comes from outside.
   */
  readonly conversions?: Readonly<Record<string, Conversion>>;
  /** Columns that are renamed, or change their type, through a second column, while old and new code both work. */
  readonly strategy?: Readonly<Record<string, "expand">>;
  /** Columns that become required and whose empty rows get the field's default. */
  readonly backfill?: readonly string[];
  /** Changes of what is stored, which run once in each database, in this order. */
  readonly data?: readonly DataMigration[];
}

/** The options, checked. */
export interface Settings {
  /** As it was asked for; what an unasked start does depends on where it runs. */
  readonly onStart: OnStart | undefined;
  readonly warnings: Warnings;
  readonly decisions: Decisions;
  readonly data: readonly DataMigration[];
}

/** What holds where nothing was asked for. */
export const defaultSettings: Settings = {
  onStart: undefined,
  warnings: "development",
  decisions: noDecisions,
  data: [],
};

const columnGrammar = /^[a-z_][a-z0-9_]{0,62}\.[a-z_][a-z0-9_]{0,62}$/;

const known = [
  "onStart",
  "dropOrphaned",
  "warnings",
  "conversions",
  "strategy",
  "backfill",
  "data",
] as const satisfies readonly (keyof MigrateOptions)[];

/**
 * Reads the options of `migrate`. They come from a configuration that may have no types.
 * @throws BootError naming every option that can't be meant.
 */
export function readSettings(options: MigrateOptions): Settings {
  const problems = [...unknownOptions(options), ...choiceProblems(options), ...listProblems(options)];
  if (problems.length > 0) throw new BootError(problems);
  return {
    onStart: options.onStart,
    warnings: options.warnings ?? defaultSettings.warnings,
    decisions: {
      ...noDecisions,
      dropOrphaned: options.dropOrphaned ?? false,
      backfill: new Set(options.backfill),
      expand: new Set(Object.keys(options.strategy ?? {})),
      conversions: new Map(Object.entries(options.conversions ?? {})),
    },
    data: [...(options.data ?? [])],
  };
}

/**
 * Holds the settings against the tables.
 * @throws BootError for a column that the configuration does not have, which would be a slip of the pen.
 */
export function checkSettings({ decisions }: Settings, { tables }: Desired): void {
  const columns = new Set(
    tables.flatMap(({ name, columns: of }) => of.map((each) => `${name}.${each.name}`)),
  );
  const named = {
    conversions: [...decisions.conversions.keys()],
    strategy: [...decisions.expand],
    backfill: [...decisions.backfill],
  };
  const problems = Object.entries(named).flatMap(([option, names]) =>
    names
      .filter((name) => !columns.has(name))
      .map((name) => `migrate() names "${name}" in ${option}, which is no column of the configuration.`),
  );
  if (problems.length > 0) throw new BootError(problems);
}

function unknownOptions(options: object): readonly string[] {
  const names: readonly string[] = known;
  return Object.keys(options)
    .filter((key) => !names.includes(key))
    .map((key) => `migrate() has the unknown option "${key}"; it takes ${names.join(", ")}.`);
}

function choiceProblems({ onStart, dropOrphaned, warnings }: MigrateOptions): readonly string[] {
  return [
    ...oneOf("onStart", onStart, ["apply", "check", "off"]),
    ...oneOf("dropOrphaned", dropOrphaned, [true, false]),
    ...oneOf("warnings", warnings, ["development", "always", "never"]),
  ];
}

function oneOf(option: string, value: unknown, allowed: readonly unknown[]): readonly string[] {
  if (value === undefined || allowed.includes(value)) return [];
  const listed = allowed.map((each) => JSON.stringify(each));
  return [`migrate() takes ${option}: ${listed.slice(0, -1).join(", ")} or ${listed.at(-1) ?? ""}.`];
}

function listProblems({ conversions, strategy, backfill, data }: MigrateOptions): readonly string[] {
  return [
    ...columnMembers("conversions", conversions, functions),
    ...columnMembers("strategy", strategy, expansions),
    ...columnNames("backfill", backfill),
    ...dataMigrationProblems(data),
  ];
}

interface MemberKind {
  readonly what: string;
  readonly isMember: (value: unknown) => boolean;
}

const functions: MemberKind = { what: "a function", isMember: (value) => typeof value === "function" };
const expansions: MemberKind = { what: '"expand"', isMember: (value) => value === "expand" };

function columnMembers(option: string, value: unknown, { what, isMember }: MemberKind): readonly string[] {
  if (value === undefined) return [];
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return [`migrate() takes an object for ${option}: "table.column" to ${what}.`];
  return Object.entries(value).flatMap(([name, member]) => [
    ...nameProblems(option, name),
    ...(isMember(member) ? [] : [`migrate() takes ${what} for "${name}" in ${option}.`]),
  ]);
}

function columnNames(option: string, value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return [`migrate() takes a list of "table.column" for ${option}.`];
  return value.flatMap((name: unknown) => nameProblems(option, name));
}

function nameProblems(option: string, name: unknown): readonly string[] {
  if (typeof name === "string" && columnGrammar.test(name)) return [];
  return [`migrate() names columns as "table.column" in ${option}, not as ${JSON.stringify(name)}.`];
}

function dataMigrationProblems(value: unknown): readonly string[] {
  if (value === undefined) return [];
  if (!Array.isArray(value) || !value.every(isDataMigration))
    return ["migrate() takes a list of what defineDataMigration returns for data."];
  return dataProblems(value);
}

function isDataMigration(value: unknown): value is DataMigration {
  if (typeof value !== "object" || value === null || !("id" in value) || !("up" in value)) return false;
  return typeof value.id === "string" && typeof value.up === "function";
}
