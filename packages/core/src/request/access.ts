import type { Logger } from "../contract/logger.ts";
import type { CollectionModel } from "../contract/model.ts";
import { LucentError } from "../errors.ts";
import { allOf, everything, type Filter, nothing } from "../filter/tree.ts";
import { type FieldMap, hasEmptyPart, parseWhere } from "../filter/where.ts";
import type { Reference } from "../sql/select.ts";
import type { Call, Principal } from "./principal.ts";
import type { CreateInput, UpdateInput, Valid } from "./valid.ts";

type WriteInput = CreateInput | UpdateInput;

declare const permitted: unique symbol;
declare const allowed: unique symbol;

/** The operation's own rule was asked and did not deny. Made by `permit` alone. */
export interface Permit {
  readonly [permitted]: true;
  readonly call: Call;
  /** The rows that the rule lets through. */
  readonly rows: Filter;
  /** The fields that the caller may read. */
  readonly readable: FieldMap;
}

/** A valid request with every row filter that applies to it. Made by `allow` alone; `query` takes nothing else. */
export interface Allowed<V extends Valid = Valid> {
  readonly [allowed]: true;
  readonly model: CollectionModel;
  readonly principal: Principal;
  readonly input: V;
  /** The rows that the operation may touch: the rule's, and the caller's own filter. */
  readonly rows: Filter;
  /** The rule's rows alone: what the new image of a written row must match. */
  readonly image: Filter;
  /** The rows that the caller may read. */
  readonly visible: Filter;
  readonly readable: FieldMap;
  /** Every reference of a write with the rows of its target that the caller may read. */
  readonly references: readonly (Reference & { readonly path: string })[];
}

/** The one evaluator of access rules. */
export interface AccessEvaluator {
  /** Asks the operation's rule. @throws LucentError `UNAUTHENTICATED` or `FORBIDDEN` when it denies. */
  permit(call: Call): Promise<Permit>;
  /** Joins the rule's rows to a checked read or delete. */
  allow<V extends Exclude<Valid, WriteInput>>(permit: Permit, input: V): Allowed<V>;
  /** The same for a write, which also needs to know what its caller may read: its own row, and what it refers to. */
  allowWrite<V extends WriteInput>(permit: Permit, input: V): Promise<Allowed<V>>;
}

/** Makes the evaluator of an application. Rules that fail deny and are logged. */
export function accessEvaluator(
  collections: ReadonlyMap<string, CollectionModel>,
  logger: Logger,
): AccessEvaluator {
  const rowsOf = ruleAsker(logger);

  async function readRows(model: CollectionModel, principal: Principal): Promise<Filter> {
    return (await rowsOf({ model, operation: "read", id: undefined, principal })) ?? nothing;
  }

  async function references(input: WriteInput, principal: Principal): Promise<Allowed["references"]> {
    const found: (Reference & { readonly path: string })[] = [];
    const rules = new Map<string, Filter>();
    for (const { path, to, id } of input.references) {
      const model = collections.get(to);
      if (model === undefined) throw new TypeError("a relationship without a target passed the checks");
      const rows = rules.get(to) ?? (await readRows(model, principal));
      rules.set(to, rows);
      found.push({ path, model, id, rows });
    }
    return found;
  }

  return {
    async permit(call) {
      const rows = await rowsOf(call);
      if (rows === undefined) throw denial(call.principal);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand exists in types only; this is its one maker
      return { call, rows, readable: call.model.fields } as Permit;
    },
    allow: (permit, input) => join(permit, input, { visible: permit.rows, references: [] }),
    async allowWrite(permit, input) {
      const { model, principal } = permit.call;
      const visible = await readRows(model, principal);
      return join(permit, input, { visible, references: await references(input, principal) });
    },
  };
}

function join<V extends Valid>(
  { call, rows, readable }: Permit,
  input: V,
  more: Pick<Allowed, "visible" | "references">,
): Allowed<V> {
  const { model, principal } = call;
  const joined = {
    model,
    principal,
    input,
    rows: allOf([rows, ownFilter(input)]),
    image: rows,
    readable,
    ...more,
  };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the brand exists in types only; this is its one maker
  return joined as unknown as Allowed<V>;
}

/** What the caller asked for by itself. */
function ownFilter(input: Valid): Filter {
  if (input.kind === "list") return input.query.filter;
  return input.kind === "count" ? input.filter : everything;
}

type Verdict = Filter | undefined;

/**
 * Asks an operation's rule for the rows that it lets through; `undefined` where it denies. A rule that answers at once
 * is not waited for.
 */
function ruleAsker(logger: Logger): (call: Call) => Verdict | Promise<Verdict> {
  return (call) => {
    const { model, operation, id, principal } = call;
    if (principal.system) return everything;
    const rule = model.access[operation];
    if (rule === undefined || rule === false) return undefined;
    if (rule === true) return everything;
    const judge = (answer: unknown): Verdict => ruleFilter(model, answer);
    const refuse = (error: unknown): undefined => logMistake(logger, call, error);
    try {
      const { user, requestId } = principal;
      const answer = rule({ user, operation, collection: model.slug, id, requestId });
      return answer instanceof Promise ? answer.then(judge).catch(refuse) : judge(answer);
    } catch (error) {
      return refuse(error);
    }
  };
}

function logMistake(logger: Logger, { model, operation, principal }: Call, error: unknown): undefined {
  logger.error("access rule failed and denies", {
    collection: model.slug,
    operation,
    requestId: principal.requestId,
    error: error instanceof Error ? error.message : String(error),
  });
}

/** `true` is everything, a filter itself; `false` and `null` deny; anything else is a mistake of the rule. */
function ruleFilter(model: CollectionModel, answer: unknown): Filter | undefined {
  if (answer === true) return everything;
  if (answer === false || answer === null) return undefined;
  if (typeof answer !== "object")
    throw new TypeError("an access rule must answer true, false, null or a filter");
  const filter = parseWhere(answer, model.fields);
  if (hasEmptyPart(answer)) throw new TypeError("a filter of an access rule must not be empty, in no part");
  return filter;
}

/** A plain deny: sign in, or you may not. */
function denial(principal: Principal): LucentError {
  return principal.user === null
    ? new LucentError("UNAUTHENTICATED", { headers: { "www-authenticate": "Bearer" } })
    : new LucentError("FORBIDDEN");
}
