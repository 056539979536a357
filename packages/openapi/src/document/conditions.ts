import { type FieldModel, operatorsOf, queryBounds } from "@lucent/core";

import type { ComponentStore } from "./components.ts";
import { pascalCase } from "./names.ts";
import type { Reference, Schema } from "./openapi.ts";

const { members, match } = queryBounds;

/** What an operator takes, over the values of a field. */
const operators: ReadonlyMap<string, (value: Schema) => Schema> = new Map(
  Object.entries({
    eq: (value) => value,
    neq: (value) => ({ ...value, description: "Also matches null." }),
    in: (value) => ({ type: "array", items: value, maxItems: members }),
    nin: (value) => ({ type: "array", items: value, maxItems: members, description: "Also matches null." }),
    exists: () => ({ type: "boolean", description: "`true`: is set; `false`: is null." }),
    gt: (value) => value,
    gte: (value) => value,
    lt: (value) => value,
    lte: (value) => value,
    between: (value) => ({
      type: "array",
      items: value,
      minItems: 2,
      maxItems: 2,
      description: "Both ends are included.",
    }),
    like: () => ({ ...searched, description: "Has this in it, in upper or lower case." }),
    startsWith: () => ({ ...searched, description: "Begins with this, in upper or lower case." }),
    contains: (value) => ({ ...value, description: "Has this value." }),
    notContains: (value) => ({ ...value, description: "Lacks this value; also matches null." }),
    any: (value) => ({ ...listed(value), description: "Has one of these at least." }),
    all: (value) => ({ ...listed(value), description: "Has each of these." }),
  } satisfies Readonly<Record<string, (value: Schema) => Schema>>),
);

const searched: Schema = { type: "string", minLength: 1, maxLength: match };

function listed(items: Schema): Schema {
  return { type: "array", items, minItems: 1, maxItems: members };
}

/** The schema of some operators over values; a bare value is short for `eq`. */
function conditionSchema(names: readonly string[], value: Schema): Schema {
  const properties: Record<string, Schema> = {};
  for (const name of names) {
    const operator = operators.get(name);
    if (operator === undefined) throw new TypeError(`the operator ${name} is not described`);
    properties[name] = operator(value);
  }
  const object = { type: "object", minProperties: 1, additionalProperties: false, properties };
  return names.includes("eq") ? { anyOf: [value, object] } : object;
}

const text: Schema = { type: "string" };
const id: Schema = { type: "string", format: "uuid" };

/** The values that a field is compared with, and what its conditions are called where several fields share them. */
function comparedWith({ kind, links, definition }: FieldModel): readonly [name: string, value: Schema] {
  if (links !== undefined) return ["References", id];
  switch (kind) {
    case "text":
    case "textarea":
    case "email":
    case "password":
      return ["Text", text];
    case "number":
    case "integer":
    case "boolean":
      return [pascalCase(kind), { type: kind }];
    case "decimal":
      return ["Decimal", { type: "string", pattern: String.raw`^-?\d{1,500}(?:\.\d{1,500})?$` }];
    case "date":
      return ["Date", { type: "string", format: "date-time" }];
    case "id":
    case "relationship":
      return ["Id", id];
    case "select":
    case "multiselect":
      return [
        "",
        definition !== undefined && "options" in definition ? { ...text, enum: definition.options } : text,
      ];
    case "json":
    case "richtext":
    case "array":
      return ["Existence", {}];
  }
}

/** What a filter can say of a field. */
export function fieldCondition(store: ComponentStore, field: FieldModel): Schema | Reference {
  const [name, value] = comparedWith(field);
  const make = (): Schema => conditionSchema(operatorsOf({ field, path: [] }), value);
  return name === "" ? make() : store.schema(`${name}Condition`, make);
}

/** What a filter can say of a value inside a JSON field. */
export function jsonCondition(store: ComponentStore, field: FieldModel): Reference {
  return store.schema("JsonCondition", () =>
    conditionSchema(operatorsOf({ field, path: ["name"] }), { type: ["string", "number", "boolean"] }),
  );
}

/** What a filter can say of a field behind a relationship: what it could say of it there. */
export function relatedCondition(store: ComponentStore): Reference {
  // Generators of types take an object without `properties` for one that has no members.
  return store.schema("RelatedCondition", () => ({
    not: { type: ["null", "array"] },
    minProperties: 1,
    propertyNames: { enum: [...operators.keys()] },
  }));
}
