import { type ErrorCode, problemKinds, rules } from "@lucent/core";

import type { ComponentStore } from "./components.ts";
import { pascalCase } from "./names.ts";
import type { Operation, Reference, Schema } from "./openapi.ts";
import { headersOfProblem, tellsLimit } from "./problem-headers.ts";

/** When each code is the answer. */
const meanings: Readonly<Record<ErrorCode, string>> = {
  BAD_REQUEST: "What was sent can't be read, has an unknown parameter, or asks for too much.",
  UNKNOWN_FIELD: "A name is not there, or may not be read.",
  BAD_CURSOR: "The cursor is no longer good, or belongs to another query.",
  INVALID_TOKEN: "The token is unknown, used or expired.",
  UNAUTHENTICATED: "Nobody is signed in who would have to be, or the credential is not valid.",
  INVALID_CREDENTIALS: "Signing in failed, whatever the reason.",
  TOKEN_REUSED: "A token came back that had been exchanged for a new one.",
  FORBIDDEN: "The caller may not do this.",
  EMAIL_UNVERIFIED: "The address has to be verified first.",
  CSRF: "A browser sent it from a site that is not trusted.",
  NOT_FOUND: "It is not there, or the caller may not see it.",
  METHOD_NOT_ALLOWED: "The path has other methods.",
  CONFLICT: "It does not go with what is stored: a value is taken, or something is still referred to.",
  PRECONDITION_FAILED: "The document has changed since the version in `If-Match`.",
  PAYLOAD_TOO_LARGE: "The body is too large.",
  UNSUPPORTED_MEDIA_TYPE: "The body is of another type.",
  MISDIRECTED_REQUEST: "The host name is not one that is served.",
  VALIDATION: "The body does not fit; `errors` lists where.",
  RATE_LIMITED: "Too many calls.",
  INTERNAL: "Something failed; the log says what, under the id of the request.",
  UNAVAILABLE: "Something that is needed does not answer at the moment.",
};

/** The media type of problems (RFC 9457). */
const problemType = "application/problem+json";

const sampleRequest = "0198f2c0-8a6b-7c3d-9e4f-5a6b7c8d9e0f";

/** The shape of every problem. */
function problemSchema(): Schema {
  return {
    type: "object",
    description: "What went wrong (RFC 9457).",
    required: ["type", "title", "status", "code", "requestId"],
    additionalProperties: false,
    properties: {
      type: { type: "string", pattern: "^urn:lucent:problem:[a-z-]+$" },
      title: { type: "string", description: "The same words for the same code." },
      status: { type: "integer", minimum: 400, maximum: 599 },
      code: { type: "string", enum: Object.keys(problemKinds) },
      requestId: { type: "string", description: "The same as in `X-Request-Id`." },
      errors: {
        type: "array",
        description: "Which values were wrong.",
        items: {
          type: "object",
          required: ["path", "rule"],
          additionalProperties: false,
          properties: {
            path: { type: "string", description: "Names with dots, such as `items.0.name`." },
            rule: { type: "string", enum: rules },
          },
        },
      },
      operation: { type: "integer", minimum: 0, description: "In a batch: which operation failed, from 0." },
    },
  };
}

/** A problem as an example. */
function problemExample(code: ErrorCode): unknown {
  const { status, title } = problemKinds[code];
  const type = `urn:lucent:problem:${code.toLowerCase().replaceAll("_", "-")}`;
  return { type, title, status, code, requestId: sampleRequest };
}

/**
 * The answers for codes, each status once.
 * @param isLimited Whether the route has a limit.
 */
export function problemResponses(
  store: ComponentStore,
  codes: ReadonlySet<ErrorCode>,
  isLimited: boolean,
): Operation["responses"] {
  const key = `${[...codes].toSorted().join()} ${isLimited}`;
  const same = known.get(store) ?? new Map<string, Operation["responses"]>();
  known.set(store, same);
  const responses = same.get(key) ?? responsesByStatus(store, codes, isLimited);
  same.set(key, responses);
  return responses;
}

/** Most operations of a document can answer the same problems. */
const known = new WeakMap<ComponentStore, Map<string, Operation["responses"]>>();

function responsesByStatus(
  store: ComponentStore,
  codes: ReadonlySet<ErrorCode>,
  isLimited: boolean,
): Operation["responses"] {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of knownCodes.filter((each) => codes.has(each))) {
    const { status } = problemKinds[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, same]) => [String(status), problemResponse(store, same, isLimited)]),
  );
}

// oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a record that has no others
const knownCodes = Object.keys(problemKinds) as readonly ErrorCode[];

function problemResponse(store: ComponentStore, codes: readonly ErrorCode[], isLimited: boolean): Reference {
  const names = codes.map((code) => pascalCase(code.toLowerCase()));
  const [first = "INTERNAL"] = codes;
  const { status } = problemKinds[first];
  return store.response(`${names.join("Or")}${tellsLimit(codes, isLimited) ? "Limited" : ""}`, () => ({
    description: descriptionOf(codes),
    headers: headersOfProblem(store, codes, isLimited),
    content: {
      [problemType]: {
        schema: {
          allOf: [
            store.schema("Problem", problemSchema),
            {
              type: "object",
              properties: { status: { const: status }, code: { type: "string", enum: codes } },
            },
          ],
        },
        example: problemExample(first),
      },
    },
  }));
}

function descriptionOf(codes: readonly ErrorCode[]): string {
  const [only] = codes;
  if (only !== undefined && codes.length === 1) return meanings[only];
  return codes.map((code) => `\`${code}\`: ${meanings[code]}`).join(" ");
}
