import { plainSchema } from "./host-schema.ts";
import { type Making, operationId } from "./making.ts";
import type { MediaType, Operation, Parameter, PathItem, PathMethod, Response, Schema } from "./openapi.ts";

/** A route of the host application: an entry of the `routes` of an Elysia instance. */
export interface HostRoute {
  readonly method: string;
  readonly path: string;
  /** Schemas (`body`, `query`, `params`, `headers`, `response`) and `detail`, where the route has them. */
  readonly hooks?: unknown;
}

/** What host routes without tags are listed under. */
export const hostTag = "application";

const methods: readonly PathMethod[] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
const anyMethods: readonly PathMethod[] = ["get", "post", "put", "patch", "delete"];

/**
 * The paths of the host's own routes. Left out are those that have no path of their own (`*`), those that say
 * `detail: { hide: true }`, and those of the engine itself.
 * @param own Whether the engine answers a path.
 */
export function hostPaths(
  making: Making,
  routes: readonly HostRoute[],
  own: (path: string) => boolean,
): readonly (readonly [path: string, item: PathItem])[] {
  return routes
    .filter(({ path, hooks }) => !path.includes("*") && !own(path) && detailOf(hooks)["hide"] !== true)
    .flatMap((route) =>
      pathsOf(route.path).flatMap((path) =>
        methodsOf(route.method).map((method) => {
          const item: PathItem = { [method]: operationOf(making, { ...route, path }, method) };
          return [openApiPath(path), item] as const;
        }),
      ),
    );
}

function methodsOf(method: string): readonly PathMethod[] {
  if (method.toUpperCase() === "ALL") return anyMethods;
  return methods.filter((each) => each === method.toLowerCase());
}

/** A path with `:name?` at its end stands for two. */
function pathsOf(path: string): readonly string[] {
  const start = path === "" || !path.startsWith("/") ? `/${path}` : path;
  const found = /\/:[^/]+\?$/.exec(start);
  if (found === null) return [start];
  const shorter = start.slice(0, found.index);
  return [shorter === "" ? "/" : shorter, start.slice(0, -1)];
}

function openApiPath(path: string): string {
  return path.replaceAll(/:([^/]+)/g, "{$1}");
}

function operationOf(making: Making, { path, hooks }: HostRoute, method: PathMethod): Operation {
  const detail = detailOf(hooks);
  const { summary, description, tags, operationId: id } = detail;
  const parameters = parametersOf(path, recordOf(hooks));
  const name = typeof id === "string" ? id : `${method} ${path.replaceAll(":", "by-")}`;
  return {
    operationId: operationId(making, name === `${method} /` ? `${method} root` : name),
    tags: Array.isArray(tags) && tags.length > 0 ? tags.map(String) : [hostTag],
    summary: typeof summary === "string" ? summary : `${method.toUpperCase()} ${path}`,
    ...(typeof description === "string" ? { description } : {}),
    ...(detail["deprecated"] === true ? { deprecated: true } : {}),
    // What the host asks of its callers is its own affair.
    security: making.security.requirements("optional"),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...bodyOf(method, recordOf(hooks)["body"]),
    responses: responsesOf(recordOf(hooks)["response"]),
  };
}

function parametersOf(path: string, { params, query, headers }: Schema): readonly Parameter[] {
  const inPath = [...path.matchAll(/:([^/]+)/g)].map(([, name = ""]): Parameter => ({
    name,
    in: "path",
    description: describedBy(membersOf(params)[name], `The ${name}.`),
    required: true,
    schema: { type: "string", ...plainSchema(membersOf(params)[name]) },
  }));
  return [...inPath, ...valuesIn("query", query), ...valuesIn("header", headers)];
}

function valuesIn(place: "query" | "header", schema: unknown): readonly Parameter[] {
  const required: unknown = recordOf(schema)["required"];
  return Object.entries(membersOf(schema)).map(([name, member]) => ({
    name,
    in: place,
    description: describedBy(member, `The ${name}.`),
    required: Array.isArray(required) && required.includes(name),
    schema: plainSchema(member),
  }));
}

function describedBy(schema: unknown, fallback: string): string {
  const { description } = recordOf(schema);
  return typeof description === "string" ? description : fallback;
}

function bodyOf(method: PathMethod, body: unknown): Pick<Operation, "requestBody"> {
  if (body === undefined || method === "get" || method === "head") return {};
  return { requestBody: { required: true, content: contentOf(body) } };
}

function contentOf(schema: unknown): Readonly<Record<string, MediaType>> {
  const found = plainSchema(schema);
  const [type] = [found["type"]].flat();
  const isText = type === "string" || type === "number" || type === "boolean" || type === "integer";
  return { [isText ? "text/plain" : "application/json"]: { schema: found } };
}

const answered: Response = { description: "What the route answers." };

function responsesOf(response: unknown): Operation["responses"] {
  if (response === undefined) return { "200": answered };
  const statuses = Object.entries(recordOf(response)).filter(([status]) => /^[1-5]\d\d$/.test(status));
  if (statuses.length === 0) return { "200": { ...answered, content: contentOf(response) } };
  return Object.fromEntries(
    statuses.map(([status, schema]) => [
      status,
      { description: describedBy(schema, answered.description), content: contentOf(schema) },
    ]),
  );
}

function detailOf(hooks: unknown): Schema {
  return recordOf(recordOf(hooks)["detail"]);
}

function membersOf(schema: unknown): Schema {
  return recordOf(recordOf(schema)["properties"]);
}

function recordOf(value: unknown): Schema {
  return typeof value === "object" && value !== null ? { ...value } : {};
}
