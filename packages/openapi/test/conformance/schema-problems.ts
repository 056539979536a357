import { Check, Compile, Errors } from "typebox/schema";

import type { OpenApiDocument, Schema } from "../../src/index.ts";
import { closedComponents, closedSchema } from "./closed-schema.ts";

/** How a document is compared. */
export interface Comparing {
  readonly document: OpenApiDocument;
  /** Whether members may come that the document does not name. */
  readonly isOpen: boolean;
}

/** Where a value is against a schema of the document: a line for each place, without the value. */
export function schemaProblems(comparing: Comparing, schema: Schema, value: unknown): readonly string[] {
  const { schema: whole, check } = checkerOf(comparing, schema);
  if (check(value)) return [];
  const [, errors] = Errors(whole, value);
  // Where a member is wrong, so is every object around it: what is told is the innermost.
  const inner = errors.filter(
    ({ instancePath, keyword }) =>
      !consequences.has(keyword) ||
      !errors.some((other) => other.keyword !== "anyOf" && other.instancePath.startsWith(`${instancePath}/`)),
  );
  return [...new Set(inner.map(problemOf))];
}

const consequences: ReadonlySet<string> = new Set(["unevaluatedProperties", "anyOf", "oneOf", "allOf"]);

/** Where, and by which keyword; names of members that are too many, but never a value. */
function problemOf({ instancePath, keyword, params }: ReturnType<typeof Errors>[1][number]): string {
  const place = instancePath === "" ? "the body" : instancePath.replaceAll(/\/\d+(?=\/|$)/g, "/*");
  return `${place} is against ${keyword} ${JSON.stringify(params)}`;
}

interface Checker {
  /** With what its references lead to. */
  readonly schema: Schema;
  readonly check: (value: unknown) => boolean;
}

const open = new WeakMap<Schema, Checker>();
const shut = new WeakMap<Schema, Checker>();

function checkerOf(comparing: Comparing, schema: Schema): Checker {
  const known = comparing.isOpen ? open : shut;
  const found = known.get(schema) ?? checker(wholeSchema(comparing, schema));
  known.set(schema, found);
  return found;
}

// Compiling costs as much as checking about as often as this.
const isWorthCompiling = 8;

function checker(schema: Schema): Checker {
  let uses = 0;
  let compiled: { Check(value: unknown): boolean } | undefined;
  return {
    schema,
    check(value) {
      uses += 1;
      if (uses > isWorthCompiling) compiled ??= Compile(schema);
      return compiled === undefined ? Check(schema, value) : compiled.Check(value);
    },
  };
}

function wholeSchema({ document, isOpen }: Comparing, schema: Schema): Schema {
  const { schemas } = document.components;
  if (isOpen) return { ...schema, components: { schemas } };
  return { ...closedSchema(schema, schemas), components: { schemas: closedSchemas(document) } };
}

const closed = new WeakMap<OpenApiDocument, OpenApiDocument["components"]["schemas"]>();

function closedSchemas(document: OpenApiDocument): OpenApiDocument["components"]["schemas"] {
  const found = closed.get(document) ?? closedComponents(document.components.schemas);
  closed.set(document, found);
  return found;
}
