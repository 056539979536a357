import type { CollectionModel } from "../contract/model.ts";
import type { Operation } from "../contract/rule.ts";
import { isLucentError, type Issue, LucentError } from "../errors.ts";
import type { Operations } from "./operations.ts";
import type { Principal } from "./principal.ts";
import type { DocumentText } from "./render.ts";
import { joined, type Session } from "./session.ts";

/** One operation of a batch as it arrives, its form checked. */
export interface BatchOperation {
  readonly op: "create" | "update" | "delete";
  readonly collection: string;
  readonly id?: string;
  readonly data?: unknown;
}

/** How many operations a batch has at most. */
export const maxOperations = 100;
const keys: Readonly<Record<BatchOperation["op"], readonly string[]>> = {
  create: ["op", "collection", "data"],
  update: ["op", "collection", "id", "data"],
  delete: ["op", "collection", "id"],
};

/** Checks the form of a batch. @throws LucentError `VALIDATION` listing what is wrong. */
export function parseBatch(body: unknown): readonly BatchOperation[] {
  const found = isRecord(body) ? body["operations"] : undefined;
  const unknown = isRecord(body) ? Object.keys(body).filter((key) => key !== "operations") : [];
  if (!Array.isArray(found) || unknown.length > 0) refuse([{ path: "operations", rule: "type" }]);
  const list: readonly unknown[] = Array.isArray(found) ? found : [];
  if (list.length === 0) refuse([{ path: "operations", rule: "min" }]);
  if (list.length > maxOperations) refuse([{ path: "operations", rule: "max" }]);
  refuse(list.flatMap((each, at) => operationIssues(each, `operations.${at}`)));
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- every entry was checked on the line before
  return list as readonly BatchOperation[];
}

function operationIssues(value: unknown, path: string): readonly Issue[] {
  if (!isRecord(value)) return [{ path, rule: "type" }];
  const { op } = value;
  if (op !== "create" && op !== "update" && op !== "delete") return [{ path: `${path}.op`, rule: "options" }];
  const issues: Issue[] = [];
  for (const key of ["collection", ...(op === "create" ? [] : ["id"])]) {
    if (typeof value[key] !== "string") issues.push({ path: `${path}.${key}`, rule: "type" });
  }
  const isExtra = Object.keys(value).some((key) => !keys[op].includes(key));
  return isExtra ? [...issues, { path, rule: "unknown" }] : issues;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function refuse(errors: readonly Issue[]): void {
  if (errors.length > 0) throw new LucentError("VALIDATION", { errors });
}

/** What a batch works with. */
export interface BatchParts {
  readonly collections: ReadonlyMap<string, CollectionModel>;
  readonly operations: Operations;
}

/**
 * Runs operations in order in one transaction: all of them or none, each with its own rules and hooks.
 * @returns For each the document as its caller may see it, or the id alone.
 * @throws LucentError The failure of the first operation that fails, with its position.
 */
export async function runBatch(
  { collections, operations }: BatchParts,
  list: readonly BatchOperation[],
  { principal, session }: { readonly principal: Principal; readonly session: Session },
): Promise<readonly DocumentText[]> {
  let position: number | undefined;
  try {
    return await session.transact(async (transaction) => {
      const inside = joined(transaction);
      const results: DocumentText[] = [];
      for (const [at, { op, collection, id, data }] of list.entries()) {
        position = at;
        const model = collections.get(collection);
        if (model === undefined) throw new LucentError("NOT_FOUND");
        const operation: Operation = op;
        const call = { model, operation, id, principal, session: inside };
        results.push(await runOne(operations, call, { op, data }));
      }
      // What fails from here on is the commit, which is no operation's own failure.
      position = undefined;
      return results;
    });
  } catch (error) {
    throw isLucentError(error) && position !== undefined ? atPosition(error, position) : error;
  }
}

async function runOne(
  operations: Operations,
  call: Parameters<Operations["create"]>[0],
  { op, data }: Pick<BatchOperation, "op" | "data">,
): Promise<DocumentText> {
  if (op === "delete") {
    await operations.delete(call, () => undefined);
    return JSON.stringify({ id: call.id });
  }
  const written = await operations[op](call, () => data);
  return written.document ?? JSON.stringify({ id: written.id });
}

/** The same failure, saying which operation it belongs to. */
function atPosition(error: LucentError, operation: number): LucentError {
  return new LucentError(error.code, {
    operation,
    cause: error.cause,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    ...(error.headers === undefined ? {} : { headers: error.headers }),
  });
}
