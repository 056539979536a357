import type { SchemaDocument } from "@lucent/core";

/** A JSON Schema (draft 2020-12), which OpenAPI 3.1 takes as it is. */
export type Schema = SchemaDocument;

/** A pointer to a component. */
export type Reference = { readonly $ref: string };

/** The schemes of one way to be allowed, each with its scopes; all of them are needed. */
export type SecurityRequirement = Readonly<Record<string, readonly string[]>>;

/** A body in one media type. */
export interface MediaType {
  readonly schema?: Schema;
  readonly example?: unknown;
}

/** A value in a path, a query or a header. */
export interface Parameter {
  readonly name: string;
  readonly in: "path" | "query" | "header";
  readonly description: string;
  readonly required?: boolean;
  readonly style?: "form";
  readonly explode?: boolean;
  readonly schema?: Schema;
  /** Instead of `schema`: the value is text of this type. */
  readonly content?: Readonly<Record<string, MediaType>>;
}

/** A header of an answer. */
export interface Header {
  readonly description: string;
  /** Whether every answer that has it named has it. Default `false`. */
  readonly required?: boolean;
  readonly schema: Schema;
}

/** An answer. */
export interface Response {
  readonly description: string;
  readonly headers?: Readonly<Record<string, Header | Reference>>;
  readonly content?: Readonly<Record<string, MediaType>>;
}

/** What an operation takes. */
export interface RequestBody {
  readonly required: boolean;
  readonly content: Readonly<Record<string, MediaType>>;
}

/** What can be done by one method on one path. */
export interface Operation {
  readonly operationId: string;
  readonly tags: readonly string[];
  readonly summary: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  /** Always there: an empty list says that nothing is needed and nothing is read. */
  readonly security: readonly SecurityRequirement[];
  readonly parameters?: readonly (Parameter | Reference)[];
  readonly requestBody?: RequestBody;
  readonly responses: Readonly<Record<string, Response | Reference>>;
}

/** The methods that a path can have. */
export type PathMethod = "get" | "put" | "post" | "delete" | "options" | "head" | "patch" | "trace";

/** The operations of one path. */
export type PathItem = { readonly [M in PathMethod]?: Operation };

/** What operations share, by name. */
export interface Components {
  readonly schemas: Readonly<Record<string, Schema>>;
  readonly responses: Readonly<Record<string, Response>>;
  readonly parameters: Readonly<Record<string, Parameter>>;
  readonly headers: Readonly<Record<string, Header>>;
  readonly securitySchemes: Readonly<Record<string, SchemaDocument>>;
}

/** A heading that operations are listed under. */
export interface Tag {
  readonly name: string;
  readonly description: string;
}

/** The description of an API as OpenAPI 3.1 has it: plain data, ready for `JSON.stringify`. */
export interface OpenApiDocument {
  readonly openapi: "3.1.1";
  readonly info: { readonly title: string; readonly version: string; readonly description: string };
  readonly servers: readonly { readonly url: string }[];
  readonly tags: readonly Tag[];
  readonly paths: Readonly<Record<string, PathItem>>;
  readonly components: Components;
}
