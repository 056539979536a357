import type { Column, Table } from "@lucent/core";

import type { Change } from "../model/change.ts";
import type { RefusalCode } from "../model/refusal.ts";

/** A change that is none: why it can't be made. */
export type Refused = Extract<Change, { readonly kind: "refuse" }>;

interface Wording {
  readonly object: string;
  readonly message: string;
  readonly ways: readonly string[];
}

function refuse(code: RefusalCode, { object, message, ways }: Wording): Refused {
  return { kind: "refuse", refusal: { code, object, message, ways } };
}

/** A table of somebody else has the name that one of ours should have. */
export function tableTaken({ name, owner }: Table): Refused {
  return refuse("NAME_TAKEN", {
    object: name,
    message: `A table "${name}", which ${owner} asks for, is there, and migrate did not make it.`,
    ways: [
      "If it belongs to this application, take it over as it is: lucent migrate baseline.",
      "If it is somebody else's, rename it, or give the collection another slug.",
    ],
  });
}

/** Something that is no table has the name that a table, its primary key or an index should have. */
export function relationTaken({ name: table, owner }: Table, name: string, by: string): Refused {
  return refuse("NAME_TAKEN", {
    object: name === table ? name : `${table}.${name}`,
    message: `The name "${name}", which ${owner} asks for, is taken: it is ${by}.`,
    ways: ["Rename what has the name.", "Give the collection or the field another name."],
  });
}

/** A column of somebody else has the name that one of ours should have. */
export function columnTaken(table: Table, column: Column, found: string): Refused {
  return refuse("NAME_TAKEN", {
    object: `${table.name}.${column.name}`,
    message: `The column "${table.name}"."${column.name}" is there, of type ${found}, and migrate did not make it.`,
    ways: [
      "If it belongs to this application, make it what the field asks for, or take the table over: lucent migrate baseline.",
      "If it is somebody else's, rename it, or give the field another name.",
    ],
  });
}

/** An index or a constraint of somebody else has the name that one of ours should have. */
export function objectTaken(table: Table, name: string, what: "index" | "constraint"): Refused {
  return refuse("NAME_TAKEN", {
    object: `${table.name}.${name}`,
    message: `The ${what} "${name}" on "${table.name}" is there, is not what ${table.owner} asks for, and migrate did not make it.`,
    ways: [
      `Rename or drop the ${what} that is there.`,
      "Make it what is asked for: it is taken over as it is then.",
    ],
  });
}

/** An index of ours that has to go is the index of somebody else's constraint now. */
export function indexConstrained(table: Table, name: string, constraint: string): Refused {
  return refuse("DEPENDENT_OBJECT", {
    object: `${table.name}.${name}`,
    message: `The index "${name}" of "${table.name}" can't be dropped: the constraint "${constraint}", which migrate did not make, is built on it.`,
    ways: [
      `Drop the constraint "${constraint}", and migrate again.`,
      `Keep the index in what ${table.owner} asks for.`,
    ],
  });
}

/** Both the previous name and the new one are there, and both are ours. */
export function ambiguousRename(
  object: string,
  previous: string,
  count: NonNullable<Refused["count"]>,
): Refused {
  return {
    ...refuse("AMBIGUOUS_RENAME", {
      object,
      message: `"${object}" was "${previous}" before, as it says, but both are there.`,
      ways: [
        "If they are two things, remove the previous name.",
        "If the new one is to go, copy what it holds, drop it, and migrate again.",
        "If the old one is to go, copy what it holds, remove the previous name, and migrate again.",
      ],
    }),
    count,
  };
}

/** The new name of a rename is somebody else's. */
export function renameTaken(object: string, previous: string): Refused {
  return refuse("NAME_TAKEN", {
    object,
    message: `"${previous}" can't become "${object}": that one is there, and migrate did not make it.`,
    ways: ["Rename what has the name.", "Give the collection or the field another name."],
  });
}

/** What can't be changed in place. */
export function unsupported(object: string, message: string, ...ways: readonly string[]): Refused {
  return refuse("UNSUPPORTED", { object, message, ways });
}

/** Postgres counts dropped columns, and allows 1,600. */
export function tooManyColumns({ name }: Table, slots: number): Refused {
  return refuse("LIMIT", {
    object: name,
    message: `"${name}" would have ${slots} columns, dropped ones included, and Postgres allows ${maxColumns}.`,
    ways: ["Ask for fewer columns.", "Copy the rows into a new table, where dropped columns don't count."],
  });
}

/** Columns that a table may ever have had. */
export const maxColumns = 1600;

/** Everything that we made is gone: this is hardly the database that we know. */
export function tablesMissing(schema: string, count: number): Refused {
  return refuse("TABLES_MISSING", {
    object: schema,
    message: `${count} of our tables should be in the schema "${schema}", and not one of them is there.`,
    ways: [
      "Check the connection: another database, or another search path?",
      "If they were lost, restore them from a backup.",
      'If they are to be made again, empty the table "lucent_managed".',
    ],
  });
}
