import { bookkeepingTables, managedStatements } from "../bookkeeping.ts";
import { sha256 } from "../hash.ts";
import type { ManagedChange } from "../model/managed.ts";
import type { Plan } from "../model/plan.ts";
import type { Group, Step } from "../model/step.ts";
import { refusedFile } from "./refused-file.ts";
import { type Piece, sqlPieces } from "./statements.ts";

/** A file of reviewed SQL. */
export interface SqlFile {
  /** Without the folder and `.sql`. */
  readonly name: string;
  /** Of all that is in it. */
  readonly hash: string;
  /** The schema that it was written for. */
  readonly schema: string;
  /** Hash of the tables that it leads to. */
  readonly configuration: string;
  /** The files that were there, and without a follower, when it was written: they come first. */
  readonly after: readonly Parent[];
  readonly groups: readonly Group[];
}

/** A file that comes before. */
export interface Parent {
  readonly name: string;
  readonly hash: string;
}

const ownTables: ReadonlySet<string> = new Set(bookkeepingTables.map(({ name }) => name));

/** The groups of a plan that belong into a file: all but those that make room for what migrate itself writes down. */
export function fileGroups({ groups }: Pick<Plan, "groups">): readonly Group[] {
  return groups.filter((group) => !isOwn(group));
}

/** The groups that make or change the tables of migrate itself, and the schema where it is missing. */
export function ownGroups({ groups }: Pick<Plan, "groups">): readonly Group[] {
  return groups.filter(isOwn);
}

function isOwn({ steps }: Group): boolean {
  return steps.every(
    ({ kind, object }) => kind === "createSchema" || ownTables.has(object.split(".", 1)[0] ?? ""),
  );
}

/** Writes a plan as an SQL file. What it says behind `-- lucent:` is read again; every other comment is for people. */
export function sqlFileText(plan: Plan, after: readonly Parent[]): string {
  return [
    "-- lucent: file 1",
    `-- lucent: configuration ${plan.configuration}`,
    `-- lucent: schema ${plan.schema}`,
    ...after.map(({ name, hash }) => `-- lucent: after ${name} ${hash}`),
    ...fileGroups(plan).flatMap((group) => groupLines(group, plan.schema)),
    "",
  ].join("\n");
}

function groupLines(group: Group, schema: string): readonly string[] {
  const steps = group.steps.flatMap((step) => [
    `-- ${step.title.replaceAll(/\s+/g, " ")} [${step.hazard}]`,
    ...step.statements.map(terminated),
  ]);
  const before = bookkeeping(
    group.mode === "alone" ? group.before.map(withoutIndexes) : group.before,
    schema,
  );
  const after = bookkeeping(group.after, schema);
  if (group.mode === "transaction") {
    return ["", "-- lucent: transaction", ...before, ...steps, ...after];
  }
  return [
    ...transaction(before),
    "",
    `-- lucent: ${group.mode}`,
    ...(group.mode === "alone" ? group.before.flatMap(builds) : []),
    ...steps,
    ...transaction(after),
  ];
}

function transaction(lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ["", "-- lucent: transaction", ...lines];
}

function bookkeeping(changes: readonly ManagedChange[], schema: string): readonly string[] {
  return changes.flatMap((change) => managedStatements(change, schema)).map(terminated);
}

function terminated(statement: string): string {
  return `${statement};`;
}

/** What a concurrent build leaves when it is interrupted has to be known as ours before: that is said in words. */
function builds({ table, add = [] }: ManagedChange): readonly string[] {
  return add
    .filter((object) => object.startsWith("index "))
    .map((object) => `-- lucent: builds ${object} of ${table}`);
}

function withoutIndexes({ add = [], ...change }: ManagedChange): ManagedChange {
  return { ...change, add: add.filter((object) => !object.startsWith("index ")) };
}

/**
 * Reads an SQL file.
 * @throws FileRefused when it is none, or holds what can't be run as it says.
 */
export function readSqlFile(name: string, content: string): SqlFile {
  // What a checkout does to line ends, and an editor to the beginning, changes nothing.
  const text = content.replace(/^\u{feff}/u, "").replaceAll("\r\n", "\n");
  const pieces = sqlPieces(text);
  if (pieces === undefined) throw refusedFile(`${name}.sql`, "has a text or a comment without an end.");
  const first = pieces.findIndex(({ kind, text: of }) => kind === "statement" || groupMarker.test(of));
  const header = pieces.slice(0, first === -1 ? pieces.length : first).map((piece) => piece.text);
  if (!header.includes("-- lucent: file 1"))
    throw refusedFile(
      `${name}.sql`,
      'does not say "-- lucent: file 1": `lucent migrate sql` writes such files.',
    );
  const [configuration = ""] = values(header, configurationMarker);
  const [schema = ""] = values(header, schemaMarker);
  if (configuration === "" || schema === "")
    throw refusedFile(`${name}.sql`, "does not say its configuration and its schema.");
  return {
    name,
    hash: sha256(text),
    schema,
    configuration,
    after: header.flatMap((line) => parentOf(afterMarker.exec(line))),
    groups: first === -1 ? [] : groupsOf(name, pieces.slice(first)),
  };
}

const configurationMarker = /^-- lucent: configuration ([0-9a-f]{64})$/;
const schemaMarker = /^-- lucent: schema (.+)$/;
const afterMarker = /^-- lucent: after ([a-z0-9][a-z0-9_-]{0,99}) ([0-9a-f]{64})$/;
const groupMarker = /^-- lucent: (transaction|alone|batched)$/;
const buildsMarker = /^-- lucent: builds index ([a-z_][a-z0-9_]*) of ([a-z_][a-z0-9_]*)$/;
const anyMarker = /^--\s*lucent:/;

function values(lines: readonly string[], marker: RegExp): readonly string[] {
  return lines.flatMap((line) => marker.exec(line)?.[1] ?? []);
}

function parentOf(match: RegExpExecArray | null): readonly Parent[] {
  const [, name, hash] = match ?? [];
  return name === undefined || hash === undefined ? [] : [{ name, hash }];
}

interface Draft {
  readonly mode: Group["mode"];
  readonly statements: Piece[];
  readonly before: ManagedChange[];
}

function groupsOf(name: string, pieces: readonly Piece[]): readonly Group[] {
  const drafts: Draft[] = [];
  for (const piece of pieces) {
    const place = `${name}.sql`;
    const mode = modeOf(groupMarker.exec(piece.text)?.[1]);
    const draft = drafts.at(-1);
    if (piece.kind === "comment" && mode !== undefined) drafts.push({ mode, statements: [], before: [] });
    else if (draft === undefined)
      throw refusedFile(place, `has a statement before its first group (line ${piece.line}).`);
    else if (piece.kind === "statement") draft.statements.push(checked(piece, place));
    else if (anyMarker.test(piece.text)) draft.before.push(buildOf(piece, place));
  }
  let position = 0;
  return drafts.map(({ mode, statements, before }) => {
    if (mode !== "transaction" && statements.length !== 1)
      throw refusedFile(`${name}.sql`, `needs exactly one statement in a group that is "${mode}".`);
    return {
      mode,
      before,
      after: [],
      steps: statements.map(({ text }) => stepOf(name, (position += 1), text)),
    };
  });
}

function modeOf(text: string | undefined): Group["mode"] | undefined {
  return text === "transaction" || text === "alone" || text === "batched" ? text : undefined;
}

function buildOf({ text, line }: Piece, place: string): ManagedChange {
  const [, index, table] = buildsMarker.exec(text) ?? [];
  if (index === undefined || table === undefined)
    throw refusedFile(place, `says something behind "-- lucent:" that has no meaning (line ${line}).`);
  return { table, add: [`index ${index}`] };
}

const transactionControl =
  /^(?:abort|begin|commit|end|prepare\s+transaction|release|rollback|savepoint|start\s+transaction)\b/i;

/** A transaction is what a group says, or what was written down would not be true. */
function checked(piece: Piece, place: string): Piece {
  if (transactionControl.test(piece.text))
    throw refusedFile(place, `begins or ends a transaction by itself (line ${piece.line}): use groups.`);
  return piece;
}

function stepOf(name: string, position: number, statement: string): Step {
  return {
    kind: "statement",
    object: `${name}#${position}`,
    title: `${name}.sql, statement ${position}`,
    // What a statement of a person costs is not known: it gets the time that it takes.
    hazard: "slow",
    locks: [],
    // A comment at its end would swallow what is sent behind it.
    statements: [statement.includes("--") ? `${statement}\n` : statement],
  };
}
