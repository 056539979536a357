import type { Table } from "@lucent/core";

import { diff } from "../../src/diff.ts";
import type { Change, Difference } from "../../src/model/change.ts";
import type { Live } from "../../src/model/live.ts";
import { desiredOf } from "../world/tables.ts";

/** What a test decides; by itself nothing goes in two phases. */
export interface Choices {
  readonly expand?: readonly string[];
  readonly contract?: boolean;
}

/** Compares tables with a database. */
export function compare(tables: readonly Table[], live: Live, choices: Choices = {}): Difference {
  const { expand = [], contract = false } = choices;
  return diff(desiredOf(...tables), live, { expand: new Set(expand), contract });
}

/** Each change in a line: its kind, what it is about, and what it was before. */
export function outline(tables: readonly Table[], live: Live, choices: Choices = {}): readonly string[] {
  return compare(tables, live, choices).changes.map(lineOf);
}

function lineOf(change: Change): string {
  if (change.kind === "refuse") return `${change.refusal.code} ${change.refusal.object}`;
  const from = "from" in change ? change.from : undefined;
  const before = typeof from === "string" ? ` < ${from}` : "";
  const through = "through" in change && change.through !== undefined ? " (waits)" : "";
  return `${change.kind} ${objectOf(change)}${before}${through}`.trim();
}

function objectOf(change: Exclude<Change, { readonly kind: "refuse" }>): string {
  if (change.kind === "createSchema") return "";
  if (change.kind === "orphanTable") return change.name;
  const part = partOf(change);
  return part === undefined ? change.table.name : `${change.table.name}.${part}`;
}

function partOf(change: Exclude<Change, { readonly kind: "refuse" }>): string | undefined {
  if ("index" in change) return change.index.name;
  if ("foreignKey" in change) return change.foreignKey.name;
  if ("check" in change) return change.check.name;
  if ("to" in change) return change.to;
  if ("objects" in change) return `(${change.objects.join(", ")})`;
  if ("column" in change) return typeof change.column === "string" ? change.column : change.column.name;
  return "name" in change ? change.name : undefined;
}
