import type { Schema } from "../../src/index.ts";

type Schemas = Readonly<Record<string, Schema>>;

const branches = ["allOf", "anyOf", "oneOf"] as const;

/**
 * A schema that takes no member that it does not name, at any depth. Clients have to let unknown members pass, so that the
 * API can grow; a test that compares what is said with what is answered must not.
 * @param components The schemas that references lead to, as they are in the document.
 */
export function closedSchema(schema: Schema, components: Schemas): Schema {
  const inside = closedInside(schema, components);
  if (!namesMembers(schema, components, new Set())) return inside;
  return { ...inside, unevaluatedProperties: false };
}

/** The components, with everything below them closed; they themselves are closed where they are referred to. */
export function closedComponents(components: Schemas): Schemas {
  return mapped(components, (schema) => closedInside(schema, components));
}

function closedInside(schema: Schema, components: Schemas): Schema {
  const { properties, items, additionalProperties, prefixItems } = schema;
  const close = (inner: unknown): unknown => (isSchema(inner) ? closedSchema(inner, components) : inner);
  const inBranch = (inner: unknown): unknown => (isSchema(inner) ? closedInside(inner, components) : inner);
  const listed = branches.flatMap((key) => {
    const list = schema[key];
    return Array.isArray(list) ? [[key, list.map(inBranch)] as const] : [];
  });
  return {
    ...schema,
    ...Object.fromEntries(listed),
    ...(isSchema(properties) ? { properties: mapped(properties, close) } : {}),
    ...(isSchema(items) ? { items: close(items) } : {}),
    ...(Array.isArray(prefixItems) ? { prefixItems: prefixItems.map(close) } : {}),
    ...(isSchema(additionalProperties) ? { additionalProperties: close(additionalProperties) } : {}),
  };
}

/** Whether a schema says which members an object has. One that says nothing of them takes any. */
function namesMembers(schema: Schema, components: Schemas, seen: Set<string>): boolean {
  const { $ref, properties } = schema;
  if (properties !== undefined) return true;
  if (typeof $ref === "string") {
    const name = $ref.slice($ref.lastIndexOf("/") + 1);
    const target = components[name];
    if (target !== undefined && !seen.has(name))
      return namesMembers(target, components, new Set([...seen, name]));
  }
  return branches.some((key) => {
    const list = schema[key];
    return (
      Array.isArray(list) && list.some((inner) => isSchema(inner) && namesMembers(inner, components, seen))
    );
  });
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mapped<T, U>(
  record: Readonly<Record<string, T>>,
  map: (value: T) => U,
): Readonly<Record<string, U>> {
  return Object.fromEntries(Object.entries(record).map(([name, value]) => [name, map(value)]));
}
