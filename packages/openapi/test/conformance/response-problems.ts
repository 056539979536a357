import { Check } from "typebox/schema";

import type { Header, OpenApiDocument, Reference, Response } from "../../src/index.ts";
import { findOperation } from "./find-operation.ts";
import { type Comparing, schemaProblems } from "./schema-problems.ts";

/** A request that was sent, and what came back. */
export interface Answer {
  readonly method: string;
  /** With or without a query. */
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  /** As it came; empty where there is none. */
  readonly body: string;
}

/**
 * Says where an answer is not what the document says of it: path, method, status, content type, headers, and the body,
 * whose members must all be named.
 * @param options `isOpen`: members that the document does not name may come too, as a client has to take it.
 * @returns A line for each, such as `GET /api/posts/{id} 409: the status is not in the document`. None has a value in it.
 */
export function responseProblems(
  document: OpenApiDocument,
  answer: Answer,
  { isOpen = false }: { readonly isOpen?: boolean } = {},
): readonly string[] {
  const { method, status } = answer;
  const [path = ""] = answer.path.split("?");
  const found = findOperation(document, method, path);
  const line = (problem: string): string => `${method} ${found?.template ?? path} ${status}: ${problem}`;
  if (found === undefined) return [line("the path is not in the document")];
  const { operation } = found;
  if (operation === undefined) return [line("the method is not in the document")];
  const said = operation.responses[status] ?? operation.responses["default"];
  if (said === undefined) return [line("the status is not in the document")];
  const response = resolved(said, document.components.responses);
  const isSaid = operation.responses[status] !== undefined;
  return [
    ...headerProblems(document, response, answer),
    // An answer of whatever status is one of whatever body.
    ...(isSaid || response.content !== undefined ? bodyProblems({ document, isOpen }, response, answer) : []),
  ].map(line);
}

function bodyProblems(comparing: Comparing, { content }: Response, answer: Answer): readonly string[] {
  const { method, headers, body } = answer;
  const type = headers.get("content-type")?.split(";")[0]?.trim();
  if (content === undefined) return body === "" ? [] : ["there is a body, and none is in the document"];
  const media = type === undefined ? undefined : content[type];
  // What an answer to HEAD leaves out beside the body is its own affair.
  if (method === "HEAD" && type === undefined) return [];
  if (media === undefined) return [`the content type ${type ?? "none"} is not in the document`];
  if (method === "HEAD") return body === "" ? [] : ["an answer to HEAD has a body"];
  const value = type?.endsWith("json") === true ? parsed(body) : { value: body };
  if (value === undefined) return ["the body is not JSON"];
  return media.schema === undefined ? [] : schemaProblems(comparing, media.schema, value.value);
}

function parsed(body: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(body) };
  } catch {
    return undefined;
  }
}

function headerProblems(
  document: OpenApiDocument,
  { headers = {} }: Response,
  answer: Answer,
): readonly string[] {
  return Object.entries(headers).flatMap(([name, said]) => {
    const { required = false, schema } = resolved<Header>(said, document.components.headers);
    const text = answer.headers.get(name);
    if (text === null) return required ? [`the header ${name} is missing`] : [];
    if (Object.keys(schema).length === 1 && schema["type"] === "string") return [];
    const value = schema["type"] === "integer" ? Number(text) : text;
    return Check(schema, value) ? [] : [`the header ${name} does not fit its schema`];
  });
}

function resolved<T extends object>(said: T | Reference, components: Readonly<Record<string, T>>): T {
  if (!("$ref" in said)) return said;
  const target = components[said.$ref.slice(said.$ref.lastIndexOf("/") + 1)];
  if (target === undefined) throw new TypeError(`${said.$ref} is not in the document`);
  return target;
}
