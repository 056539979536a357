import { Compile, type Validator as Compiled } from "typebox/compile";

import { newId } from "../blueprint/id.ts";
import { type BodySchema, createSchema, objectSchema, updateSchema } from "../blueprint/schema.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import { type Issue, LucentError } from "../errors.ts";
import type { StoredRow, StoredValue } from "../sql/write.ts";
import { bodyIssues } from "./issues.ts";
import { storedValue } from "./stored.ts";
import type { ReferenceInput } from "./valid.ts";

/** A body in its stored form. */
export interface Body {
  readonly id: string;
  readonly row: StoredRow;
  readonly references: readonly ReferenceInput[];
}

/** Checks bodies and brings them into the form that is stored. */
export interface BodyReader {
  /** Adds a new id, defaults, timestamps and null for every field that is not set. */
  create(model: CollectionModel, body: unknown): Body;
  /** Adds `updatedAt`, unless nothing changes. */
  update(model: CollectionModel, body: unknown): Omit<Body, "id">;
}

interface CheckedSchema {
  readonly schema: BodySchema;
  readonly check: Compiled;
}

interface Schemas {
  readonly create: CheckedSchema;
  readonly update: CheckedSchema;
}

/** Makes a body reader; a collection's schemas are compiled when they are first needed. */
export function bodyReader(now: () => Date = () => new Date()): BodyReader {
  const compiled = new WeakMap<CollectionModel, Schemas>();
  function schemasOf(model: CollectionModel): Schemas {
    const found = compiled.get(model) ?? {
      create: compile(createSchema(model)),
      update: compile(updateSchema(model)),
    };
    compiled.set(model, found);
    return found;
  }
  return {
    create(model, body) {
      const given = checked(model, schemasOf(model).create, body);
      const id = newId();
      const { row, references } = store(model, withDefaults(model, given));
      const at = now().toISOString();
      for (const field of serverDates(model, ["createdAt", "updatedAt"])) row.set(field, at);
      return { id, row: new Map([...idEntry(model, id), ...row]), references };
    },
    update(model, body) {
      const given = checked(model, schemasOf(model).update, body);
      const { row, references } = store(model, given);
      if (row.size > 0)
        for (const field of serverDates(model, ["updatedAt"])) row.set(field, now().toISOString());
      return { row, references };
    },
  };
}

function compile(schema: BodySchema): CheckedSchema {
  return { schema, check: Compile({ ...objectSchema(schema) }) };
}

type Given = ReadonlyMap<string, unknown>;

function checked(model: CollectionModel, { schema, check }: CheckedSchema, body: unknown): Given {
  if (typeof body !== "object" || body === null) {
    throw new LucentError("VALIDATION", { errors: [{ path: "", rule: "type" }] });
  }
  // The compiled check is the quick yes. On a no the values are asked one by one, and only that is final: a field may
  // be called hasOwnProperty, which the compiled check would call.
  if (!check.Check(body)) {
    const errors = bodyIssues(schema, body, model);
    if (errors.length > 0) throw new LucentError("VALIDATION", { errors });
  }
  return new Map(Object.entries(body));
}

function withDefaults(model: CollectionModel, given: Given): Given {
  const all = new Map<string, unknown>();
  for (const { name, definition } of model.fields.values()) {
    if (definition === undefined) continue;
    const fallback = definition.type === "relationship" ? undefined : definition.default;
    all.set(name, given.has(name) ? given.get(name) : (fallback ?? null));
  }
  return all;
}

function store(
  model: CollectionModel,
  given: Given,
): { row: Map<FieldModel, StoredValue> } & Pick<Body, "references"> {
  const row = new Map<FieldModel, StoredValue>();
  const references: ReferenceInput[] = [];
  const errors: Issue[] = [];
  for (const [name, value] of given) {
    const field = model.fields.get(name);
    if (field?.definition === undefined) continue;
    const stored = storedValue(field.definition, value);
    if ("rule" in stored) errors.push({ path: name, rule: stored.rule });
    else row.set(field, stored.value);
    if (field.definition.type === "relationship" && "value" in stored && typeof stored.value === "string") {
      references.push({ path: name, to: field.definition.to, id: stored.value });
    }
  }
  if (errors.length > 0) throw new LucentError("VALIDATION", { errors });
  return { row, references };
}

function serverDates(model: CollectionModel, names: readonly string[]): readonly FieldModel[] {
  return names.flatMap((name) => model.fields.get(name) ?? []).filter(({ serverOwned }) => serverOwned);
}

function idEntry(model: CollectionModel, id: string): readonly (readonly [FieldModel, StoredValue])[] {
  const field = model.fields.get("id");
  return field === undefined ? [] : [[field, id]];
}
