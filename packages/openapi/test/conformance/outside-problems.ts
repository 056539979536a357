import { type ErrorCode, problemKinds } from "@lucent/core";

import type { OpenApiDocument, Schema } from "../../src/index.ts";
import type { Answer } from "./response-problems.ts";
import { schemaProblems } from "./schema-problems.ts";

// What can be said of a request that asks for nothing that there is: not found, another method, another host, too long,
// or by plain http through a proxy.
const codes: readonly ErrorCode[] = [
  "NOT_FOUND",
  "METHOD_NOT_ALLOWED",
  "MISDIRECTED_REQUEST",
  "BAD_REQUEST",
  "FORBIDDEN",
];

// OPTIONS on a path that there is reads the caller first.
const codesOfOptions: readonly ErrorCode[] = ["UNAUTHENTICATED", "INTERNAL", "UNAVAILABLE"];

type Schemas = readonly (readonly [code: ErrorCode, schema: Schema])[];

const known = new WeakMap<OpenApiDocument, Schemas>();

/** A problem of each code. */
function problemSchemas(document: OpenApiDocument): Schemas {
  const found =
    known.get(document) ?? [...codes, ...codesOfOptions].map((code) => [code, problemSchema(code)] as const);
  known.set(document, found);
  return found;
}

function problemSchema(code: ErrorCode): Schema {
  const { status } = problemKinds[code];
  const properties = { status: { const: status }, code: { const: code } };
  return { allOf: [{ $ref: "#/components/schemas/Problem" }, { type: "object", properties }] };
}

/**
 * What is wrong with the answer to a request that no document speaks of, as there is no such path or method. It is one of
 * a few problems, or has no body: OPTIONS, and the way from http to https.
 */
export function outsideProblems(document: OpenApiDocument, answer: Answer): readonly string[] {
  const { method, path, status, headers, body } = answer;
  const line = (problem: string): readonly string[] => [`${method} ${path} ${status}: ${problem}`];
  if (status === 308 || (method === "OPTIONS" && status === 204))
    return body === "" ? [] : line("there is a body");
  if (headers.get("content-type") !== "application/problem+json")
    return line("there is no such operation, and the answer is no problem");
  if (method === "HEAD") return body === "" ? [] : line("an answer to HEAD has a body");
  const value: unknown = JSON.parse(body);
  const isRight = problemSchemas(document).some(
    ([code, schema]) =>
      problemKinds[code].status === status &&
      (method === "OPTIONS" || codes.includes(code)) &&
      schemaProblems({ document, isOpen: false }, schema, value).length === 0,
  );
  return isRight ? [] : line("the problem is of another shape, or not for this");
}
