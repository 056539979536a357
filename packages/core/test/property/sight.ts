import type { Json } from "@lucent/core";

import { matches, type Place, type Reach, type WhereObject } from "./evaluate.ts";
import {
  collectionOf,
  type Collections,
  type FieldFacts,
  fieldOf,
  type Stock,
  type StoredRow,
} from "./facts.ts";

/** What an access rule answers. */
export type RuleAnswer = boolean | WhereObject;

/** What the rules of one collection answer one caller about reading. */
export interface ReadRules {
  readonly read: RuleAnswer;
  /** Absent: denied. */
  readonly readDeleted?: RuleAnswer;
  /** By field; absent: allowed. */
  readonly fields?: Readonly<Record<string, RuleAnswer>>;
}

/** What every rule answers one caller, by collection; a missing collection denies. */
export type Rulebook = Readonly<Record<string, ReadRules>>;

/** Which deleted rows are asked for. */
export type Trashed = "with" | "only" | undefined;

/** What one caller may see of some data, from the specification alone. */
export interface Sight {
  /** Whether the caller may read anything of a collection. */
  mayRead(slug: string): boolean;
  /** Whether the caller may ask for deleted rows. */
  maySeeDeleted(slug: string): boolean;
  /** The rows that the caller may read. */
  rows(slug: string, trashed?: Trashed): readonly StoredRow[];
  /** Where the caller's own filters and orders lead. */
  place(slug: string): Place;
  /** Whether a field may be named: it is readable in every row. */
  isNameable(slug: string, field: string): boolean;
  /** Whether a field is readable in some rows at least. */
  isShown(slug: string, field: string): boolean;
  /** Whether a field is readable in this row. */
  isShownIn(slug: string, field: string, row: StoredRow): boolean;
  /** Whether a rule's filter lets a row through. */
  allows(slug: string, answer: RuleAnswer, row: StoredRow): boolean;
}

/** Where a deliberately wrong evaluator differs, to show that the comparison would notice the engine doing so. */
export interface Mistakes {
  /** Follows relationships to rows that the target's own rule hides. */
  readonly followsHiddenRows?: boolean;
  /** Follows relationships to deleted rows. */
  readonly followsDeletedRows?: boolean;
  /** Follows relationships through a collection that the caller may not read. */
  readonly followsLocked?: boolean;
  /** Takes a field that is readable in some rows for one that may be named. */
  readonly namesConditional?: boolean;
  /** Shows a field in every row that is readable in some. */
  readonly showsConditional?: boolean;
  /** Forgets the rule for deleted rows. */
  readonly showsEveryDeleted?: boolean;
}

/** What a caller sees. */
export function sightOf(
  { collections, stock }: { readonly collections: Collections; readonly stock: Stock },
  rulebook: Rulebook,
  mistakes: Mistakes = {},
): Sight {
  const byId = new Map(
    [...stock].map(([slug, rows]) => [slug, new Map(rows.map((row) => [row["id"], row]))]),
  );
  const rowAt = (slug: string, id: string): StoredRow | undefined => byId.get(slug)?.get(id);
  const isLive = (row: StoredRow): boolean => (row["deletedAt"] ?? null) === null;
  // A rule may name everything, but a deleted row is not there for it either.
  const system: Reach = {
    collections,
    target(slug, id) {
      const row = rowAt(slug, id);
      return row !== undefined && (isLive(row) || mistakes.followsDeletedRows === true) ? row : undefined;
    },
  };
  const readable = new Map<StoredRow, boolean>();

  function allows(slug: string, answer: RuleAnswer, row: StoredRow): boolean {
    if (typeof answer === "boolean") return answer;
    return matches(answer, row, { collection: collectionOf(collections, slug), reach: system });
  }

  function passesRule(slug: string, row: StoredRow): boolean {
    const answer = rulebook[slug]?.read ?? false;
    if (answer === false && mistakes.followsLocked === true) return true;
    const known = readable.get(row) ?? allows(slug, answer, row);
    readable.set(row, known);
    return known;
  }

  const own: Reach = {
    collections,
    target(slug, id) {
      const row = rowAt(slug, id);
      if (row === undefined || !(isLive(row) || mistakes.followsDeletedRows === true)) return undefined;
      return mistakes.followsHiddenRows === true || passesRule(slug, row) ? row : undefined;
    },
  };

  function ruleOf(slug: string, name: string): RuleAnswer {
    const field = collectionOf(collections, slug).fields.find((each) => each.name === name);
    if (field === undefined || field.isHidden === true) return false;
    if (name === "deletedAt") return rulebook[slug]?.readDeleted ?? false;
    return rulebook[slug]?.fields?.[name] ?? true;
  }

  return {
    mayRead: (slug) => (rulebook[slug]?.read ?? false) !== false || mistakes.followsLocked === true,
    maySeeDeleted: (slug) => (rulebook[slug]?.readDeleted ?? false) !== false,
    rows(slug, trashed) {
      const { readDeleted = false } = rulebook[slug] ?? {};
      const passed = (stock.get(slug) ?? []).filter((row) => passesRule(slug, row));
      return passed.filter((row) => {
        if (isLive(row)) return trashed !== "only";
        if (trashed === undefined) return false;
        return mistakes.showsEveryDeleted === true || allows(slug, readDeleted, row);
      });
    },
    place: (slug) => ({ collection: collectionOf(collections, slug), reach: own }),
    isNameable(slug, name) {
      const rule = ruleOf(slug, name);
      return rule === true || (rule !== false && mistakes.namesConditional === true);
    },
    isShown: (slug, name) => ruleOf(slug, name) !== false,
    isShownIn(slug, name, row) {
      const rule = ruleOf(slug, name);
      return rule !== false && (mistakes.showsConditional === true || allows(slug, rule, row));
    },
    allows,
  };
}

/** What a field holds, the way that an order by it looks at it; behind relationships, `null` where there is no target. */
export function keyValue(
  place: Place,
  row: StoredRow,
  name: string,
): { readonly field: FieldFacts; readonly value: Json } {
  const [first = "", ...path] = name.split(".");
  const field = fieldOf(place.collection, first);
  const value = row[first] ?? null;
  if (path.length === 0) return { field, value };
  const there = { collection: collectionOf(place.reach.collections, field.to), reach: place.reach };
  const target = typeof value === "string" ? place.reach.target(there.collection.slug, value) : undefined;
  if (target !== undefined) return keyValue(there, target, path.join("."));
  return { field: lastField(there, path), value: null };
}

function lastField({ collection, reach }: Place, path: readonly string[]): FieldFacts {
  const [first = "", ...rest] = path;
  const field = fieldOf(collection, first);
  return rest.length === 0
    ? field
    : lastField({ collection: collectionOf(reach.collections, field.to), reach }, rest);
}
