import type { ErrorCode } from "./error-code.ts";

/**
 * A JSON Schema (draft 2020-12) as plain data. `{ "$ref": "collection:users/document" }` stands for a shape of a
 * collection: `document`, `create`, `update` or `where`, as the reader of the document may see it. None of them has
 * hidden fields or passwords: a route that takes one says so itself. In an `allOf`, the members of a `create` or `update`
 * and those of the objects beside it become one object, which refuses every other member.
 */
export type SchemaDocument = Readonly<Record<string, unknown>>;

/** A value in a path or a query. */
export interface ParameterDocument {
  readonly description: string;
  readonly schema: SchemaDocument;
  /** Default `false`; a value in a path is always needed. */
  readonly required?: boolean;
}

/** A body that a route takes. */
export interface BodyDocument {
  readonly schema: SchemaDocument;
  /** Default `true`. */
  readonly required?: boolean;
  /** Must fit the schema. */
  readonly example?: unknown;
}

/** An answer that is no problem. */
export interface AnswerDocument {
  readonly description: string;
  /** Absent: there is no body. */
  readonly schema?: SchemaDocument;
  /** Default `application/json`. */
  readonly type?: string;
  /** Headers of its own, each with what it says. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Must fit the schema. */
  readonly example?: unknown;
}

/** What a route is for, takes and answers: for documents such as OpenAPI. Nothing is checked against it at run time. */
export interface RouteDocument {
  /** A few words, as of a heading. */
  readonly summary: string;
  /** Whole sentences; CommonMark. */
  readonly description?: string;
  /** What it is listed under. Default: the plugin's name. */
  readonly tag?: string;
  /** Whether a caller must be signed in. Default `optional`: what it answers depends on who asks. */
  readonly credentials?: "none" | "optional" | "required";
  /** By the names in the path; ids need none. */
  readonly params?: Readonly<Record<string, ParameterDocument>>;
  readonly query?: Readonly<Record<string, ParameterDocument>>;
  readonly body?: BodyDocument;
  /** By status. */
  readonly answers: Readonly<Record<number, AnswerDocument>>;
  /** Codes that it answers beside those that every route can: of a bad request, a limit, and of what is not our client's fault. */
  readonly problems?: readonly ErrorCode[];
  readonly deprecated?: boolean;
}
