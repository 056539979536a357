import { newId } from "../blueprint/id.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { Issue } from "../errors.ts";
import type { Links } from "../sql/links.ts";
import type { StoredRow, StoredValue } from "../sql/write.ts";
import { refuseIssues } from "./issues.ts";
import type { Values } from "./settle.ts";
import { storedValue } from "./stored.ts";

/** A relationship that a body sets. */
export interface ReferenceInput {
  readonly path: string;
  /** Slug of the target. */
  readonly to: string;
  readonly id: string;
}

/** A body in the form that is stored. */
export interface Body {
  readonly row: StoredRow;
  readonly links: readonly Links[];
  readonly references: readonly ReferenceInput[];
}

/** A new document in its stored form. */
export interface NewBody extends Body {
  readonly id: string;
}

/** The stored form of a new document, with its timestamps. An id is made where the body brings none. */
export function storeCreate(
  model: CollectionModel,
  values: Values,
  { id = newId(), now }: { readonly id?: string | undefined; readonly now: Date },
): NewBody {
  const { row, links, references } = store(values);
  for (const field of serverDates(model, ["createdAt", "updatedAt"])) row.set(field, now.toISOString());
  const key = model.fields.get("id");
  return {
    id,
    row: key === undefined ? row : new Map<FieldModel, StoredValue>([[key, id], ...row]),
    links: links.filter(({ ids }) => ids.length > 0),
    references,
  };
}

/** The stored form of a change, with `updatedAt` unless nothing changes. */
export function storeUpdate(model: CollectionModel, values: Values, { now }: { readonly now: Date }): Body {
  const { row, links, references } = store(values);
  if (values.size > 0) {
    for (const field of serverDates(model, ["updatedAt"])) row.set(field, now.toISOString());
  }
  return { row, links, references };
}

interface MutableChange {
  readonly row: Map<FieldModel, StoredValue>;
  readonly links: Links[];
  readonly references: ReferenceInput[];
}

function store(values: Values): MutableChange {
  const change: MutableChange = { row: new Map(), links: [], references: [] };
  const issues: Issue[] = [];
  for (const [field, value] of values) {
    if (field.definition === undefined) continue;
    if (field.links !== undefined) {
      storeLinks(field, value, change);
      continue;
    }
    const stored = storedValue(field.definition, value);
    if ("rule" in stored) issues.push({ path: field.name, rule: stored.rule });
    else storeColumn(field, stored.value, change);
  }
  refuseIssues(issues);
  return change;
}

function storeColumn(field: FieldModel, value: StoredValue, { row, references }: MutableChange): void {
  row.set(field, value);
  if (field.target !== undefined && typeof value === "string") {
    references.push({ path: field.name, to: field.target, id: value });
  }
}

/** The path of a reference is its place in the list that was sent. */
function storeLinks(field: FieldModel, value: unknown, { links, references }: MutableChange): void {
  const ids = new Set<string>();
  for (const [at, id] of (Array.isArray(value) ? value : []).entries()) {
    if (typeof id !== "string" || ids.has(id)) continue;
    ids.add(id);
    if (field.target !== undefined) references.push({ path: `${field.name}.${at}`, to: field.target, id });
  }
  links.push({ field, ids: [...ids] });
}

function serverDates(model: CollectionModel, names: readonly string[]): readonly FieldModel[] {
  return names.flatMap((name) => model.fields.get(name) ?? []).filter(({ serverOwned }) => serverOwned);
}
