import type { Change, Difference } from "../model/change.ts";
import type { Decisions } from "../model/decisions.ts";
import type { Live } from "../model/live.ts";
import type { Refusal } from "../model/refusal.ts";

interface World {
  readonly live: Live;
  readonly decisions: Decisions;
}

/** What the session or the server does not allow, whatever the rows are. Pure. */
export function preflight(difference: Difference, world: World): readonly Refusal[] {
  const { live } = world;
  const changes = difference.changes.filter((change) => change.kind !== "refuse");
  if (changes.length === 0) return [];
  const altered = alteredTables(difference, world);
  return [
    ...(live.readOnly ? [readOnly(live)] : []),
    ...(live.canCreate || !changes.some(creates) ? [] : [noCreate(live)]),
    ...[...altered.keys()].filter((name) => live.tables.get(name)?.owned === false).map(notOwner),
    ...partitioned(altered, live),
  ];
}

/** Changes by the present name of the table that they alter. */
function alteredTables(
  { changes, names }: Difference,
  { decisions }: World,
): ReadonlyMap<string, readonly Change[]> {
  const altered = Map.groupBy(
    changes.filter((change) => alters(change, decisions)),
    (change) =>
      "table" in change
        ? names.table(change.table.name)
        : change.kind === "orphanTable"
          ? change.name
          : undefined,
  );
  return new Map([...altered].flatMap(([name, of]) => (name === undefined ? [] : [[name, of] as const])));
}

function alters(change: Change, { dropOrphaned }: Decisions): boolean {
  if (change.kind === "orphanColumn")
    return dropOrphaned || change.blocksInserts || change.constraints.length + change.indexes.length > 0;
  if (change.kind === "orphanTable") return dropOrphaned || change.foreignKeys.length > 0;
  return change.kind !== "adopt" && change.kind !== "refuse";
}

/** Needs the right to make something in the schema; the server asks for it when a relation is renamed, too. */
function creates(change: Change): boolean {
  return (
    ["createSchema", "createTable", "createIndex", "replaceIndex", "renameTable", "expand"].includes(
      change.kind,
    ) ||
    (change.kind === "renameObject" && change.object === "index")
  );
}

function readOnly({ schema }: Live): Refusal {
  return {
    code: "READ_ONLY",
    object: schema,
    message: "The server is a standby, or the session may only read: nothing can be changed here.",
    ways: [
      "Connect to the primary server.",
      "Take default_transaction_read_only from the role or the database.",
    ],
  };
}

function noCreate({ schema, schemaExists }: Live): Refusal {
  const right = schemaExists ? `CREATE on schema "${schema}"` : "CREATE on the database";
  return {
    code: "NO_PRIVILEGE",
    object: schema,
    message: `The role lacks the privilege ${right}, which the changes need.`,
    ways: [`Grant ${right} to the role.`, "Connect as a role that has it."],
  };
}

function notOwner(table: string): Refusal {
  return {
    code: "NOT_OWNER",
    object: table,
    message: `Table "${table}" belongs to another role, and only its owner may alter it.`,
    ways: [
      `Connect as the owner of "${table}".`,
      "Make the role a member of the owner, or give it the table.",
    ],
  };
}

const ofPartitioned: readonly Change["kind"][] = ["addColumn", "setDefault", "dropDefault", "addCheck"];

function partitioned(altered: ReadonlyMap<string, readonly Change[]>, { tables }: Live): readonly Refusal[] {
  return [...altered]
    .filter(([name]) => tables.get(name)?.partitioned === true)
    .flatMap(([name, changes]) => {
      const others = changes.map(({ kind }) => kind).filter((kind) => !ofPartitioned.includes(kind));
      if (others.length === 0) return [];
      return [
        {
          code: "UNSUPPORTED",
          object: name,
          message: `Table "${name}" is partitioned: new columns, defaults and checks are all that migrate changes there, and this needs ${[...new Set(others)].join(", ")}.`,
          ways: ["Make the change with SQL of your own, then run again."],
        } as const,
      ];
    });
}
