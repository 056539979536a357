import { Compile, type Validator as Compiled } from "typebox/compile";

import { plainId, plainValue } from "../blueprint/plain.ts";
import { createSchema, defaultOf, isWritable, type JsonSchema, objectSchema } from "../blueprint/schema.ts";
import type { PasswordHasher } from "../contract/hasher.ts";
import type { CollectionModel } from "../contract/model.ts";
import type { User } from "../contract/rule.ts";
import { type Issue, LucentError } from "../errors.ts";
import { completeValues } from "./complete.ts";
import { bodyIssues, refuseIssues } from "./issues.ts";
import { type Data, settle, type Values } from "./settle.ts";
import { type Body, type NewBody, storeCreate, storeUpdate } from "./store.ts";

/** What a body is for. */
export type WriteOperation = "create" | "update";

/** Who writes, for the checks that fields bring along. */
export interface BodyCaller {
  readonly user: User | null;
  readonly requestId: string;
  /** Whether it is the system, which alone is told the names of hidden fields. Default `false`. */
  readonly system?: boolean;
}

/**
 * Checks bodies in two steps, between which hooks may change them, and brings them into the form that is stored. Every
 * refusal is a LucentError `VALIDATION` that lists everything that is wrong.
 */
export interface BodyReader {
  /**
   * Before the hooks: refuses unknown keys, wrong types, bounds and formats; what is required may still be missing.
   * Answers the body in its JSON form (ids in lower case, dates in UTC), for a create with its defaults.
   */
  check(model: CollectionModel, body: unknown, operation: WriteOperation): Data;
  /**
   * After the hooks, on what they left: checks it once more, then what is required and what fields check themselves;
   * hashes passwords; adds null for every field that is not set, the timestamps, and an id unless the body brings one.
   */
  completeCreate(model: CollectionModel, data: Data, caller: BodyCaller): Promise<NewBody>;
  /** The same for an update: adds `updatedAt`, unless nothing changes. */
  completeUpdate(model: CollectionModel, data: Data, caller: BodyCaller): Promise<Body>;
}

/** What a body reader needs. */
export interface BodyReaderOptions {
  /** The time of a write. Default: the clock. */
  readonly now?: () => Date;
  /** Needed where a collection has a password. */
  readonly hasher?: PasswordHasher | undefined;
}

/** Makes a body reader. */
export function bodyReader({ now = () => new Date(), hasher }: BodyReaderOptions = {}): BodyReader {
  const plain = plainReader();

  async function complete(
    model: CollectionModel,
    data: Data,
    caller: BodyCaller & { readonly operation: WriteOperation },
  ): Promise<Values> {
    return completeValues(model, settle(model, data, caller), { ...caller, hasher });
  }

  return {
    check(model, body, operation) {
      const data = plain(model, body, operation);
      return operation === "create" ? withDefaults(model, data) : data;
    },
    async completeCreate(model, left, caller) {
      const data = plain(model, left, "create");
      const values = await complete(model, data, { ...caller, operation: "create" });
      return storeCreate(model, values, { id: sentId(data), now: now() });
    },
    async completeUpdate(model, left, caller) {
      const values = await complete(model, plain(model, left, "update"), { ...caller, operation: "update" });
      return storeUpdate(model, values, { now: now() });
    },
  };
}

function sentId({ id }: Data): string | undefined {
  return typeof id === "string" ? id : undefined;
}

type PlainReader = (model: CollectionModel, body: unknown, operation: WriteOperation) => Data;

/** Checks everything about a body but what is missing. A collection's schema is compiled when it is first needed. */
function plainReader(): PlainReader {
  const schemas = new WeakMap<CollectionModel, Compiled>();
  return (model, body, operation) => {
    if (typeof body !== "object" || body === null || Array.isArray(body)) {
      throw new LucentError("VALIDATION", { errors: [{ path: "", rule: "type" }] });
    }
    const schema = schemas.get(model) ?? Compile(loose(objectSchema(createSchema(model))));
    schemas.set(model, schema);
    // The compiled check is the quick yes. On a no the values are asked one by one, and only that is final: a field may
    // be called hasOwnProperty, which the compiled check would call.
    if (!schema.Check(body) || (operation === "update" && hasCreateOnly(model, body))) {
      refuseIssues(bodyIssues(model, body, operation));
    }
    return plainData(model, body);
  };
}

/** Whether a body has a key that an update must not have. */
function hasCreateOnly(model: CollectionModel, body: object): boolean {
  return Object.keys(body).some((name) => {
    const definition = model.fields.get(name)?.definition;
    return definition === undefined ? name === "id" : !isWritable(definition, false);
  });
}

function plainData(model: CollectionModel, body: object): Data {
  const data: Record<string, unknown> = {};
  const issues: Issue[] = [];
  for (const [name, value] of Object.entries(body) as readonly (readonly [string, unknown])[]) {
    if (value === undefined) continue;
    const definition = model.fields.get(name)?.definition;
    const plain = definition === undefined ? plainId(value) : plainValue(definition, value, name);
    if ("issues" in plain) issues.push(...plain.issues);
    else data[name] = plain.value;
  }
  refuseIssues(issues);
  return data;
}

/** Hooks may change what they get, so that a default is a copy. */
function withDefaults(model: CollectionModel, data: Data): Data {
  const all: Record<string, unknown> = { ...data };
  for (const { name, definition } of model.fields.values()) {
    if (definition === undefined || !isWritable(definition, true)) continue;
    const fallback = defaultOf(definition);
    if (fallback !== undefined && !Object.hasOwn(data, name)) all[name] = structuredClone(fallback);
  }
  return all;
}

/**
 * The schema without what is looked at later: what is required, and formats, which cost more than a long text is worth
 * before its length is known.
 */
function loose(schema: JsonSchema): JsonSchema {
  const { required: _, format: __, properties, items, ...rest } = schema;
  return {
    ...rest,
    ...(isSchema(properties) ? { properties: mapped(properties) } : {}),
    ...(isSchema(items) ? { items: loose(items) } : {}),
  };
}

function mapped(properties: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [name, isSchema(value) ? loose(value) : value]),
  );
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null;
}
