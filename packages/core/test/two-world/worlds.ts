import type { Json } from "@lucent/core";
import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { textOf } from "../property/compare-values.ts";
import { fieldOf, type FieldFacts, type Stock, type StoredRow } from "../property/facts.ts";
import { relatedRows } from "../property/rows.ts";
import { type Sight, sightOf } from "../property/sight.ts";
import { maxRelated, relatedIds } from "../property/values.ts";
import type { Principal } from "./rules.ts";
import type { DrawnCollection } from "./schema.ts";

/** Two states of the data that one caller can't tell apart. */
export interface TwoWorlds {
  readonly first: Stock;
  readonly second: Stock;
  /** How many rows differ. */
  readonly changes: number;
}

type Schema = readonly DrawnCollection[];

/** What the two worlds of a caller are made of. */
export interface Material {
  readonly first: Stock;
  /** Where other values come from. */
  readonly donors: Stock;
  readonly choices: readonly number[];
}

/** Draws data, and what could stand in its place. */
export function material(schema: Schema): Arbitrary<Material> {
  return fc.record({
    first: relatedRows(schema),
    donors: relatedRows(schema),
    choices: fc.array(fc.nat(999), { minLength: 50, maxLength: 50 }),
  });
}

/** Two worlds for a caller: in the second one everything may be otherwise that the caller may not read. */
export function twoWorlds(
  { first, donors, choices }: Material,
  schema: Schema,
  caller: Principal,
): TwoWorlds {
  let at = 0;
  const next = (below: number): number => (choices[(at += 1) % choices.length] ?? 0) % Math.max(below, 1);
  return otherwise(first, { schema, caller, donors, next });
}

interface Source {
  readonly schema: Schema;
  readonly caller: Principal;
  /** Where other values come from. */
  readonly donors: Stock;
  /** The next drawn number below a bound. */
  readonly next: (below: number) => number;
}

/** Tries changes one by one, and keeps those that the caller can't see. */
function otherwise(first: Stock, source: Source): TwoWorlds {
  const { schema, caller } = source;
  const wanted = readableOf(first, schema, caller);
  let second = first;
  let changes = 0;
  const attempt = (change: Change): void => {
    const changed = change(second);
    if (changed === undefined || readableOf(changed, schema, caller) !== wanted) return;
    second = changed;
    changes += 1;
  };
  for (const collection of schema) {
    for (const row of first.get(collection.slug) ?? []) {
      for (const change of changesOf(second, { collection, row }, source)) attempt(change);
    }
    for (let added = source.next(4); added > 0; added -= 1) {
      attempt((stock) => withMore(stock, collection, source));
    }
  }
  return { first, second, changes };
}

interface At {
  readonly collection: DrawnCollection;
  readonly row: StoredRow;
}

/** Makes other data of some, where it can. */
type Change = (stock: Stock) => Stock | undefined;

/** What to try with a row: of a visible one its unreadable fields, of another one everything, its existence too. */
function changesOf(stock: Stock, { collection, row }: At, source: Source): readonly Change[] {
  const { slug } = collection;
  const sight = sightOver(stock, source.schema, source.caller);
  const donor = donorFor(collection, source);
  const isVisible = sight.rows(slug, "with").some(({ id }) => id === row["id"]);
  const isOpen = (name: string): boolean => name === "id" || (isVisible && sight.isShownIn(slug, name, row));
  const names = collection.fields.map(({ name }) => name).filter((name) => !isOpen(name));
  const set =
    (some: readonly string[]): Change =>
    (before) =>
      withValues(before, collection, { ...pick(donor, some), id: row["id"] });
  if (isVisible) return names.map((name) => set([name]));
  if (source.next(3) === 0) return [(before) => without(before, slug, row["id"])];
  return [set(names.filter(() => source.next(2) === 0))];
}

function idOf({ id = null }: StoredRow): string {
  return textOf(id);
}

type Values = Readonly<Record<string, Json | undefined>>;

function pick(row: Values, names: readonly string[]): Values {
  return Object.fromEntries(names.map((name) => [name, row[name]]));
}

/** A row to take values from; one without any where there is none. */
function donorFor({ slug, fields }: DrawnCollection, { donors, next }: Source): Values {
  const rows = donors.get(slug) ?? [];
  const found = rows[next(rows.length)];
  if (found !== undefined) return found;
  return Object.fromEntries(
    fields.map(({ name, kind, nullable }) => [
      name,
      kind === "list" ? [] : nullable ? null : "2026-01-01T00:00:00.000Z",
    ]),
  );
}

function withValues(stock: Stock, collection: DrawnCollection, values: Values): Stock {
  const sound = Object.entries(values).map(([name, value]): readonly [string, Json] => [
    name,
    existing(stock, fieldOf(collection, name), value ?? null),
  ]);
  const rows = (stock.get(collection.slug) ?? []).map((row) =>
    row["id"] === values["id"] ? { ...row, ...Object.fromEntries(sound) } : row,
  );
  return new Map([...stock, [collection.slug, rows]]);
}

/** A relationship can only lead to what is there. */
function existing(stock: Stock, { to, kind }: FieldFacts, value: Json): Json {
  if (to === undefined) return value;
  const ids = new Set((stock.get(to) ?? []).map(({ id }) => id));
  if (Array.isArray(value)) return value.filter((id: Json) => ids.has(id));
  return ids.has(value ?? "") ? value : kind === "list" ? [] : null;
}

/** Takes a row away, and with it every reference to it. */
function without(stock: Stock, slug: string, id: Json | undefined): Stock {
  const others: Stock = new Map([
    ...stock,
    [slug, (stock.get(slug) ?? []).filter((row) => row["id"] !== id)],
  ]);
  return new Map([...others].map(([each, rows]) => [each, rows.map((row) => withoutId(row, id))]));
}

/** Ids are of one collection alone, so whatever is this id refers to this row. */
function withoutId(row: StoredRow, id: Json | undefined): StoredRow {
  const entries = Object.entries(row).map(([name, value]): readonly [string, Json] => {
    if (Array.isArray(value)) return [name, value.filter((each: Json) => each !== id)];
    return [name, value === id ? null : value];
  });
  return Object.fromEntries(entries);
}

function withMore(stock: Stock, collection: DrawnCollection, source: Source): Stock | undefined {
  const { slug, fields } = collection;
  const rows = stock.get(slug) ?? [];
  const used = new Set(rows.map(({ id }) => id));
  const id = relatedIds(slug, maxRelated).find((each) => !used.has(each));
  if (id === undefined) return undefined;
  const donor = donorFor(collection, source);
  const values = pick(
    donor,
    fields.map(({ name }) => name),
  );
  const more: Stock = new Map([...stock, [slug, [...rows, { id }]]]);
  return withValues(more, collection, { ...values, id });
}

function sightOver(stock: Stock, schema: Schema, { rules }: Principal): Sight {
  return sightOf({ collections: new Map(schema.map((each) => [each.slug, each])), stock }, rules);
}

/** Ids of documents by collection. */
export type IdsBySlug = ReadonlyMap<string, readonly string[]>;

/** The ids of the documents that a caller may read, deleted ones included. */
export function readableIds(stock: Stock, schema: Schema, caller: Principal): IdsBySlug {
  const sight = sightOver(stock, schema, caller);
  return new Map(schema.map(({ slug }) => [slug, sight.rows(slug, "with").map(idOf)]));
}

/** The ids of the documents that there are in one of two worlds alone. */
export function lonelyIds({ first, second }: TwoWorlds): IdsBySlug {
  const idsOf = (stock: Stock, slug: string): readonly string[] => (stock.get(slug) ?? []).map(idOf);
  return new Map(
    [...first.keys()].map((slug) => {
      const [here, there] = [idsOf(first, slug), idsOf(second, slug)];
      return [slug, [...here, ...there].filter((id) => !here.includes(id) || !there.includes(id))];
    }),
  );
}

/**
 * Everything that the contract lets a caller know, as one text: the documents that it may read, deleted ones too where it
 * may ask for those, each with the fields that it may read there; and what a caller that may write can know by trying.
 */
function readableOf(stock: Stock, schema: Schema, caller: Principal): string {
  const sight = sightOver(stock, schema, caller);
  const known = schema.map((collection) => {
    const { slug, fields } = collection;
    const seen = sight.maySeeDeleted(slug) ? sight.rows(slug, "with") : sight.rows(slug);
    const rows = new Set([...seen, ...restorable(stock, collection, { sight, caller })]);
    return [...rows]
      .toSorted((left, right) => (idOf(left) < idOf(right) ? -1 : 1))
      .map((row) => [
        (row["deletedAt"] ?? null) === null,
        ...fields.map(({ name }) => (sight.isShownIn(slug, name, row) ? [name, row[name] ?? null] : 0)),
        ...byTrying(row, collection, { sight, caller }),
      ]);
  });
  return JSON.stringify(known);
}

interface Knowing {
  readonly sight: Sight;
  readonly caller: Principal;
}

/** Which deleted documents it may bring back: a restore needs the rule for deleting, and no other. */
function restorable(
  stock: Stock,
  { slug }: DrawnCollection,
  { sight, caller }: Knowing,
): readonly StoredRow[] {
  const rule = caller.rules[slug]?.delete ?? false;
  if (!caller.writes) return [];
  return (stock.get(slug) ?? []).filter(
    (row) => (row["deletedAt"] ?? null) !== null && sight.allows(slug, rule, row),
  );
}

/**
 * What each part of the rules says of a document: it decides between success, 403 and 404. And where its unreadable
 * references lead: deleting their target changes the document, and so its ETag, which is by contract the version of
 * the row.
 */
function byTrying(
  row: StoredRow,
  { slug, fields }: DrawnCollection,
  { sight, caller }: Knowing,
): readonly unknown[] {
  if (!caller.writes) return [];
  const verdicts = (caller.rules[slug]?.parts ?? []).map((part) => sight.allows(slug, part, row));
  return [...verdicts, ...fields.filter(({ to }) => to !== undefined).map(({ name }) => row[name] ?? null)];
}
