import type { Database } from "../contract/database.ts";
import type { Logger } from "../contract/logger.ts";
import type { CollectionModel } from "../contract/model.ts";
import { listParameters } from "../filter/list.ts";
import { readJson } from "../http/body.ts";
import { type EntityTags, matchesAny, matchesStrongly } from "../http/etag.ts";
import { readParameters, readQueryBody } from "../http/parameters.ts";
import type { Target } from "../http/path.ts";
import { parseBatch, runBatch } from "../operation/batch.ts";
import type { Precondition } from "../operation/change.ts";
import type { Page } from "../operation/list.ts";
import type { Operations } from "../operation/operations.ts";
import type { Call, Principal } from "../operation/principal.ts";
import type { Found } from "../operation/read.ts";
import type { Session } from "../operation/session.ts";
import type { Written } from "../operation/write.ts";
import type { CollectionMatch } from "./match.ts";
import type { Result } from "./serialize.ts";

/** What the answer to a collection's request needs of the application. */
export interface AnswerParts {
  readonly prefix: string;
  readonly collections: ReadonlyMap<string, CollectionModel>;
  readonly operations: Operations;
  readonly tags: EntityTags;
  readonly bodyLimit: number;
  readonly database: Database;
  readonly logger: Logger;
}

/** A request of a known caller. */
export interface Incoming {
  readonly request: Request;
  readonly target: Target;
  readonly principal: Principal;
  readonly session: Session;
  /** Takes from the caller's allowance what the request costs beyond one call. */
  readonly charge: (cost: number) => Promise<void>;
}

const oneParameters: ReadonlySet<string> = new Set(["select", "depth", "populate"]);
const countParameters: ReadonlySet<string> = new Set(["where"]);
const noParameters: ReadonlySet<string> = new Set();

/** Does what a collection's path and method ask for. */
export async function answerCollection(
  parts: AnswerParts,
  matched: CollectionMatch,
  incoming: Incoming,
): Promise<Result> {
  const { operations } = parts;
  const { model, id } = matched;
  const { request, target, principal, session } = incoming;
  const call = (operation: Call["operation"]): Call => ({ model, operation, id, principal, session });
  const parameters = (known: ReadonlySet<string>) => readParameters(target.search, known);
  const body = () => {
    parameters(noParameters);
    return readJson(request, parts.bodyLimit);
  };
  const precondition = preconditionOf(parts, model, request);
  switch (matched.action) {
    case "list":
      return pageResult(await operations.list(call("read"), () => parameters(listParameters)));
    case "query":
      return pageResult(await operations.list(call("read"), async () => readQueryBody(await body())));
    case "count": {
      const count = await operations.count(call("read"), () => parameters(countParameters).where);
      return { status: 200, body: { count } };
    }
    case "one":
      return found(
        await operations.one(call("read"), () => parameters(oneParameters)),
        tagger(parts, model),
        request,
      );
    case "create": {
      const written = await operations.create(call("create"), body);
      const location = `${parts.prefix}/${model.slug}/${written.id}`;
      return shown(201, written, { tag: tagger(parts, model), headers: { location } });
    }
    case "update":
      return shown(200, await operations.update(call("update"), body, precondition), {
        tag: tagger(parts, model),
      });
    case "delete":
      await operations.delete(call("delete"), () => parameters(noParameters), precondition);
      return { status: 204 };
    case "restore": {
      const restoring = { ...call("delete"), includeDeleted: true };
      const written = await operations.restore(restoring, () => parameters(noParameters));
      return shown(200, written, { tag: tagger(parts, model) });
    }
  }
}

/** Runs a batch. Each of its operations counts against the caller's allowance. */
export async function answerBatch(parts: AnswerParts, incoming: Incoming): Promise<Result> {
  readParameters(incoming.target.search, noParameters);
  const list = parseBatch(await readJson(incoming.request, parts.bodyLimit));
  if (list.length > 1) await incoming.charge(list.length - 1);
  const results = await runBatch(parts, list, incoming);
  return { status: 200, text: `{"results":[${results.join(",")}]}` };
}

/** The documents are JSON text already; only what is said about them is written here. */
function pageResult({ data, meta }: Page): Result {
  return { status: 200, text: `{"data":[${data.join(",")}],"meta":${JSON.stringify(meta)}}` };
}

/** The entity tag of a document, from its id and version. */
type Tagger = (id: string, version: string) => string;

function tagger({ tags }: AnswerParts, { slug }: CollectionModel): Tagger {
  return (id, version) => tags.tag(slug, id, version);
}

/** A document that the client has already is not sent again. */
function found({ id, document, version }: Found, tag: Tagger, { headers }: Request): Result {
  if (version === undefined) return { status: 200, text: document };
  const etag = tag(id, version);
  const known = headers.get("if-none-match");
  if (known !== null && matchesAny(known, etag)) return { status: 304, headers: { etag } };
  return { status: 200, text: document, headers: { etag } };
}

/** A row that its writer may not read shows nothing but its id. */
function shown(
  status: number,
  { id, document, version }: Written,
  { tag, headers = {} }: { readonly tag: Tagger; readonly headers?: Result["headers"] },
): Result {
  if (document === undefined || version === undefined) return { status, body: { id }, headers };
  return { status, text: document, headers: { ...headers, etag: tag(id, version) } };
}

/** `If-Match`, as a question about the version of the row that is going to be changed. */
function preconditionOf(
  parts: AnswerParts,
  model: CollectionModel,
  { headers }: Request,
): Precondition | undefined {
  const wanted = headers.get("if-match");
  if (wanted === null) return undefined;
  const tag = tagger(parts, model);
  return (id, version) => matchesStrongly(wanted, tag(id, version));
}
