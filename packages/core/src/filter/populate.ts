import type { FieldModel } from "../contract/model.ts";
import { maxHops } from "./name.ts";
import { badRequest, unknownField } from "./refuse.ts";
import type { View, Views } from "./view.ts";

/** What to fetch instead of ids: by relationship field, the target's view and what to fetch behind it in turn. */
export type PopulateTree = ReadonlyMap<FieldModel, Branch>;

/** One populated relationship. A target that may not be read at all has no view: it is `null`, as if it were not there. */
export interface Branch {
  readonly view: View | undefined;
  readonly behind: PopulateTree;
}

/** For a read that populates nothing. */
export const nothingPopulated: PopulateTree = new Map();

/** A field that the caller may read, in some documents at least. */
export function shownField(view: View, name: string): FieldModel | undefined {
  const field = view.fields.get(name) ?? view.model.fields.get(name);
  return field !== undefined && (view.fields.has(name) || view.conditional.has(field)) ? field : undefined;
}

/** Every field that the caller may read in some documents at least, in the collection's order. */
export function shownFields(view: View): readonly FieldModel[] {
  return [...view.model.fields.values()].filter(({ name }) => shownField(view, name) !== undefined);
}

interface Growing {
  readonly view: View | undefined;
  readonly behind: Map<FieldModel, Growing>;
}

interface Growth {
  readonly views: Views;
  branches: number;
}

/**
 * Reads `depth` and `populate` into one tree; a relationship that both name is fetched once.
 * @throws LucentError `UNKNOWN_FIELD` for a path that leaves what the caller may read, `BAD_REQUEST` else.
 */
export function parsePopulate(
  { depth, populate }: { readonly depth: unknown; readonly populate: readonly string[] },
  view: View,
  views: Views,
): PopulateTree {
  const levels = parseDepth(depth);
  if (levels === 0 && populate.length === 0) return nothingPopulated;
  const root: Growing = { view, behind: new Map() };
  const growth: Growth = { views, branches: 0 };
  growAll(root, levels, growth);
  for (const path of populate) growPath(root, path, growth);
  return root.behind;
}

/** Reads `depth`: how many relationships deep every document is populated, 0–3. */
export function parseDepth(depth: unknown): number {
  if (depth === undefined) return 0;
  if (typeof depth !== "number" || !Number.isInteger(depth)) throw badRequest("depth", "type");
  if (depth < 0) throw badRequest("depth", "min");
  if (depth > maxHops) throw badRequest("depth", "max");
  return depth;
}

function growAll(from: Growing, levels: number, growth: Growth): void {
  if (levels === 0 || from.view === undefined) return;
  for (const field of shownFields(from.view)) {
    if (field.target !== undefined) growAll(grow(from, field, growth), levels - 1, growth);
  }
}

function growPath(root: Growing, path: string, growth: Growth): void {
  const segments = path.split(".");
  if (segments.length > maxHops) throw badRequest("populate", "max");
  let from = root;
  for (const segment of segments) {
    const field = from.view === undefined ? undefined : shownField(from.view, segment);
    if (field === undefined) throw unknownField(path);
    if (field.target === undefined) throw badRequest("populate", "type");
    from = grow(from, field, growth);
  }
}

function grow(from: Growing, field: FieldModel, growth: Growth): Growing {
  const known = from.behind.get(field);
  if (known !== undefined) return known;
  growth.branches += 1;
  // Each costs a document at least, so a tree that no request may have is not grown to its end.
  if (growth.branches > maxPopulated) throw badRequest("populate", "max");
  const found: Growing = { view: growth.views.get(field.target ?? ""), behind: new Map() };
  from.behind.set(field, found);
  return found;
}

/**
 * Most documents that one answer may hold beside those asked for, counted by what the fields allow: a to-one
 * relationship one for each document before it, a to-many one its `maxItems`.
 */
const maxPopulated = 10_000;

/**
 * Refuses what could populate too much, wide or deep, whatever is stored at the moment.
 * @throws LucentError `BAD_REQUEST`.
 */
export function checkPopulateCost(documents: number, tree: PopulateTree): void {
  if (populatedDocuments(documents, tree) > maxPopulated) throw badRequest("populate", "max");
}

function populatedDocuments(parents: number, tree: PopulateTree): number {
  let sum = 0;
  for (const [field, { behind }] of tree) {
    const children = parents * (field.links?.maxItems ?? 1);
    sum += children + populatedDocuments(children, behind);
  }
  return sum;
}
