import { setImmediate } from "node:timers/promises";

import type { Logger } from "../contract/logger.ts";
import type { CollectionModel, FieldModel } from "../contract/model.ts";
import type { AccessRule, Operation, User } from "../contract/rule.ts";
import type { Views } from "../filter/view.ts";
import type { Principal } from "./principal.ts";
import { type Question, type RuleAsker, ruleAsker, type Verdict } from "./rules.ts";
import { fieldVerdict, systemViews } from "./views.ts";

/**
 * What a rule says before any document is known: yes, no, or only for the documents that match its filter. `unknown` where
 * it fails, or waits for something.
 */
export type Permission = "granted" | "conditional" | "denied" | "unknown";

/** What a caller may do with a field. */
export interface FieldPermissions {
  readonly read: Permission;
  readonly create: Permission;
  readonly update: Permission;
}

/** What a caller may do with a collection. */
export interface CollectionPermissions {
  /** Read several documents at once: the rule is told no id. */
  readonly list: Permission;
  /** Read one document by its id. */
  readonly one: Permission;
  readonly create: Permission;
  /** The same by the collection's own route over HTTP, where strangers make no accounts. */
  readonly createByRoute: Permission;
  readonly update: Permission;
  readonly delete: Permission;
  readonly readDeleted: Permission;
  /** By name. What nobody reads is denied; what is owned by the server is never written. */
  readonly fields: ReadonlyMap<string, FieldPermissions>;
}

/**
 * Asks the rules of collections what a caller may do: for descriptions of an API, which show nobody more than that. No
 * request is decided by it. A rule that has to wait for a database or a network is not waited for.
 * @param user `null` for an anonymous caller.
 * @returns By slug.
 */
export async function permissionsOf(
  collections: ReadonlyMap<string, CollectionModel>,
  user: User | null,
): Promise<ReadonlyMap<string, CollectionPermissions>> {
  const views = systemViews(collections);
  const found = new Map<string, CollectionPermissions>();
  for (const [slug, model] of collections) found.set(slug, await permissionsIn({ model, user, views }));
  return found;
}

// Rules of single documents are told an id. No document has this one.
const sampleId = "00000000-0000-7000-8000-000000000000";

interface Inquiry {
  readonly model: CollectionModel;
  readonly user: User | null;
  readonly views: Views;
}

async function permissionsIn(inquiry: Inquiry): Promise<CollectionPermissions> {
  const { access } = inquiry.model;
  const ask = (rule: AccessRule | undefined, question: Question): Promise<Permission> =>
    settled(inquiry, (asker) => asker.ask(rule, question));
  const list = await ask(access.read, questionOf(inquiry, "read", undefined));
  const create = questionOf(inquiry, "create", undefined);
  const id = list === "denied" ? sampleId : undefined;
  return {
    list,
    one: await ask(access.read, questionOf(inquiry, "read", sampleId)),
    create: await ask(access.create, create),
    createByRoute: await ask(access.create, {
      ...create,
      principal: { ...create.principal, isRemote: true },
    }),
    update: await ask(access.update, questionOf(inquiry, "update", sampleId)),
    delete: await ask(access.delete, questionOf(inquiry, "delete", sampleId)),
    readDeleted: await ask(access.readDeleted, questionOf(inquiry, "read", undefined)),
    fields: await fieldsIn(inquiry, id),
  };
}

function questionOf({ model, user }: Inquiry, operation: Operation, id: string | undefined): Question {
  const principal: Principal = { user, system: false, requestId: sampleId };
  return { model, operation, id, principal };
}

async function fieldsIn(inquiry: Inquiry, id: string | undefined): Promise<CollectionPermissions["fields"]> {
  const found = new Map<string, FieldPermissions>();
  for (const field of inquiry.model.fields.values()) {
    const isRuled = field === inquiry.model.deletedAt || field.definition?.access !== undefined;
    found.set(field.name, isRuled ? await ruledField(inquiry, field, id) : unruled(field));
  }
  return found;
}

/** Most fields have no rule, and are for everybody. */
function unruled({ hidden, serverOwned }: FieldModel): FieldPermissions {
  const written = serverOwned ? "denied" : "granted";
  return { read: hidden ? "denied" : "granted", create: written, update: written };
}

async function ruledField(
  inquiry: Inquiry,
  field: FieldModel,
  id: string | undefined,
): Promise<FieldPermissions> {
  const { access } = field.definition ?? {};
  const written = async (operation: "create" | "update"): Promise<Permission> => {
    if (field.serverOwned) return "denied";
    const question = questionOf(inquiry, operation, operation === "create" ? undefined : sampleId);
    return settled(inquiry, (asker) => asker.askField(access?.[operation], field, question));
  };
  const question = questionOf(inquiry, "read", id);
  return {
    read: field.hidden ? "denied" : await settled(inquiry, (asker) => fieldVerdict(asker, field, question)),
    create: await written("create"),
    update: await written("update"),
  };
}

const silent = { info: () => undefined, warn: () => undefined };
const pending = Symbol("pending");

/** What is known once everything that waits for nothing has run. */
async function settled(
  { views }: Inquiry,
  ask: (asker: RuleAsker) => Verdict | Promise<Verdict>,
): Promise<Permission> {
  const failures: string[] = [];
  const logger: Logger = { ...silent, error: (message) => void failures.push(message) };
  const asked = ask(ruleAsker(views, logger));
  const verdict = asked instanceof Promise ? await Promise.race([asked, setImmediate(pending)]) : asked;
  if (failures.length > 0 || verdict === pending) return "unknown";
  if (verdict === undefined) return "denied";
  return verdict.kind === "everything" ? "granted" : "conditional";
}
