import { listParameters } from "../filter/list.ts";
import { readJson } from "../http/body.ts";
import { readParameters, readQueryBody } from "../http/parameters.ts";
import type { Target } from "../http/path.ts";
import type { CollectionMatch } from "./match.ts";
import type { Operations } from "./operations.ts";
import type { Call, Principal } from "./principal.ts";
import type { Written } from "./query.ts";
import type { Result } from "./serialize.ts";

/** What the answer to a collection's request needs of the application. */
export interface AnswerParts {
  readonly prefix: string;
  readonly operations: Operations;
  readonly bodyLimit: number;
}

/** A request of a known caller. */
export interface Incoming {
  readonly request: Request;
  readonly target: Target;
  readonly principal: Principal;
}

const oneParameters: ReadonlySet<string> = new Set(["select"]);
const countParameters: ReadonlySet<string> = new Set(["where"]);
const noParameters: ReadonlySet<string> = new Set();

/** Does what a collection's path and method ask for. */
export async function answerCollection(
  parts: AnswerParts,
  matched: CollectionMatch,
  incoming: Incoming,
): Promise<Result> {
  const { operations, prefix } = parts;
  const { model, id } = matched;
  const { request, target, principal } = incoming;
  const call = (operation: Call["operation"]): Call => ({ model, operation, id, principal });
  const parameters = (known: ReadonlySet<string>) => readParameters(target.search, known);
  const body = () => {
    parameters(noParameters);
    return readJson(request, parts.bodyLimit);
  };
  switch (matched.action) {
    case "list":
      return { status: 200, body: await operations.list(call("read"), () => parameters(listParameters)) };
    case "query":
      return {
        status: 200,
        body: await operations.list(call("read"), async () => readQueryBody(await body())),
      };
    case "count": {
      const count = await operations.count(call("read"), () => parameters(countParameters).where);
      return { status: 200, body: { count } };
    }
    case "one":
      return {
        status: 200,
        body: await operations.one(call("read"), () => parameters(oneParameters).select),
      };
    case "create": {
      const written = await operations.create(call("create"), body);
      const location = `${prefix}/${model.slug}/${written.id}`;
      return { status: 201, body: shown(written), headers: { location } };
    }
    case "update":
      return { status: 200, body: shown(await operations.update(call("update"), body)) };
    case "delete":
      await operations.delete(call("delete"), () => parameters(noParameters));
      return { status: 204 };
  }
}

/** A row that its writer may not read shows nothing but its id. */
function shown({ id, document }: Written): unknown {
  return document ?? { id };
}
