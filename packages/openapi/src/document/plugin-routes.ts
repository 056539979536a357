import {
  type AnswerDocument,
  type BodyDocument,
  type DeclaredRoute,
  type Method,
  type Route,
  type RouteDocument,
} from "@lucent/core";

import { headersOf } from "./headers.ts";
import { type Calling, type Making, operationId, problemsOf, redirection } from "./making.ts";
import type {
  MediaType,
  Operation,
  Parameter,
  PathItem,
  PathMethod,
  RequestBody,
  Response,
} from "./openapi.ts";
import { resolvedSchema } from "./references.ts";
import type { Admission } from "./view.ts";

/** The path of a declared route, whole. */
export function fullPath({ absolute, path }: Route, prefix: string): string {
  return absolute === true ? path : `${prefix}${path}`;
}

/** Tells which paths declared routes answer whole: where one fits, what else has the path is not asked. */
export function takenPaths(declared: readonly DeclaredRoute[], prefix: string): (path: string) => boolean {
  const patterns = declared.map(({ route }) => fullPath(route, prefix).split("/"));
  return (path) => {
    const segments = path.split("/");
    return patterns.some(
      (pattern) =>
        pattern.length === segments.length &&
        pattern.every((part, at) => part.startsWith("{") || part === segments[at]),
    );
  };
}

/** What a declared route is listed under. */
export function tagOf({ owner, route }: DeclaredRoute): string {
  return route.document?.tag ?? owner;
}

const methods = {
  GET: "get",
  POST: "post",
  PUT: "put",
  PATCH: "patch",
  DELETE: "delete",
} as const satisfies Readonly<Record<Method, PathMethod>>;

/** The path of a declared route, and its operation. */
export function declaredPath(making: Making, declared: DeclaredRoute): readonly [string, PathItem] {
  const { route } = declared;
  const item = { [methods[route.method]]: operationOf(making, declared) };
  return [fullPath(route, making.blueprint.prefix), item];
}

function operationOf(making: Making, declared: DeclaredRoute): Operation {
  const { route } = declared;
  const { document } = route;
  const admission = admissionOf(route);
  const parameters = parametersOf(route, making);
  return {
    operationId: operationId(making, route.id),
    tags: [tagOf(declared)],
    summary: document?.summary ?? `${route.method} ${route.path}`,
    ...(document?.description === undefined ? {} : { description: document.description }),
    ...(document?.deprecated === true ? { deprecated: true } : {}),
    security: making.security.requirements(admission),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(document?.body === undefined ? {} : { requestBody: bodyOf(document.body, making) }),
    responses:
      document === undefined
        ? { default: { description: "Whatever the route answers." } }
        : responsesOf(making, route, document),
  };
}

function admissionOf({ ignoresCredentials, document }: Route): Admission {
  return ignoresCredentials === true ? "none" : (document?.credentials ?? "optional");
}

function parametersOf({ path, document }: Route, making: Making): readonly Parameter[] {
  const names = [...path.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name);
  const inPath = names.map((name): Parameter => {
    const { description = pathDescription(name), schema = { type: "string", minLength: 1 } } =
      document?.params?.[name] ?? {};
    return { name, in: "path", description, required: true, schema: resolvedSchema(schema, making) };
  });
  const inQuery = Object.entries(document?.query ?? {}).map(
    ([name, { description, schema, required = false }]): Parameter => ({
      name,
      in: "query",
      description,
      required,
      schema: resolvedSchema(schema, making),
    }),
  );
  return [...inPath, ...inQuery];
}

function pathDescription(name: string): string {
  return name === "id" ? "The id." : `The ${name}.`;
}

function bodyOf({ schema, required = true, example }: BodyDocument, making: Making): RequestBody {
  return { required, content: { "application/json": mediaType({ schema, example }, making) } };
}

function mediaType(
  { schema = {}, example }: Pick<AnswerDocument, "schema" | "example">,
  making: Making,
): MediaType {
  return { schema: resolvedSchema(schema, making), ...(example === undefined ? {} : { example }) };
}

function responsesOf(making: Making, route: Route, document: RouteDocument): Operation["responses"] {
  const { answers, problems = [], body } = document;
  const isUnsafe = route.method !== "GET";
  const isLimited = route.limit !== undefined;
  const calling: Calling = {
    admission: admissionOf(route),
    isUnsafe,
    hasBody: body !== undefined,
    isLimited,
  };
  const own = Object.entries(answers).map(
    ([status, answer]) => [status, responseOf(making, answer, isLimited)] as const,
  );
  return {
    ...redirection(making, isUnsafe),
    ...problemsOf(making, calling, problems),
    // What the route says of a status of its own stands in the place of what every route can answer.
    ...Object.fromEntries(own),
  };
}

function responseOf(making: Making, answer: AnswerDocument, isLimited: boolean): Response {
  const { description, schema, type = "application/json", headers = {} } = answer;
  const own = Object.entries(headers).map(
    ([name, text]) => [name, { description: text, schema: { type: "string" } }] as const,
  );
  return {
    description,
    headers: { ...headersOf(making.store, isLimited), ...Object.fromEntries(own) },
    ...(schema === undefined ? {} : { content: { [type]: mediaType(answer, making) } }),
  };
}
