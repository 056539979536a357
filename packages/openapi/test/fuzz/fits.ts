import { Check } from "typebox/schema";

import type { OpenApiDocument, Parameter, Schema } from "../../src/index.ts";
import { schemaOf } from "./drafts.ts";
import { withFreeFilters } from "./lenient.ts";
import { jsonSchemaOf, parametersOf } from "./links.ts";
import { jsonOf, type Parts } from "./parts.ts";

const whole = new WeakMap<OpenApiDocument, WeakMap<Schema, Schema>>();

/** Whether a value fits a schema of a document. */
function fitsSchema(document: OpenApiDocument, schema: Schema, value: unknown): boolean {
  const known = whole.get(document) ?? new WeakMap<Schema, Schema>();
  whole.set(document, known);
  const found = known.get(schema) ?? { ...schema, components: { schemas: document.components.schemas } };
  known.set(schema, found);
  return Check(found, value);
}

/** Why a request is none that the document describes; empty where it is. */
export function misfits(described: OpenApiDocument, parts: Parts): readonly string[] {
  const document = withFreeFilters(described);
  const { operation, method } = parts.described;
  const parameters = parametersOf(operation, document);
  return [
    ...(parts.method.toLowerCase() === method ? [] : ["the method"]),
    ...parameters.flatMap((parameter) =>
      isMisfit(document, parameter, parts) ? [`the ${parameter.in} parameter ${parameter.name}`] : [],
    ),
    ...bodyMisfits(document, parts),
    ...(isAllowed(parts) ? [] : ["the want of a credential"]),
  ];
}

/** Whether there is a credential where one is needed. */
function isAllowed({ described: { operation }, headers }: Parts): boolean {
  const { security } = operation;
  const isOpen = security.length === 0 || security.some((each) => Object.keys(each).length === 0);
  return isOpen || ["authorization", "x-api-key", "cookie"].some((name) => Object.hasOwn(headers, name));
}

function isMisfit(document: OpenApiDocument, parameter: Parameter, { path, query }: Parts): boolean {
  const { name, required = false } = parameter;
  if (parameter.in === "header") return false;
  const sent =
    parameter.in === "path"
      ? [decoded(path[name] ?? "")]
      : query.filter(([each]) => each === name).map(([, text]) => text);
  const isList = schemaTypes(document, schemaOf(parameter)).includes("array");
  if (sent.length === 0) return required;
  if (sent.length > 1 && !isList) return true;
  const schema = schemaOf(parameter);
  return !readings(sent, parameter, isList).some((value) => fitsSchema(document, schema, value));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function schemaTypes(document: OpenApiDocument, schema: Schema): readonly unknown[] {
  const { $ref: reference, type } = schema;
  if (typeof reference !== "string") return [type].flat();
  return schemaTypes(
    document,
    document.components.schemas[reference.slice(reference.lastIndexOf("/") + 1)] ?? {},
  );
}

/** What the text of a parameter may mean. */
function readings(sent: readonly string[], { content }: Parameter, isList: boolean): readonly unknown[] {
  const [text = ""] = sent;
  if (isList) return [sent.flatMap((each) => each.split(","))];
  const isNumber = /^-?(?:0|[1-9]\d*)(?:\.\d+)?$/.test(text);
  return content === undefined ? [text, ...(isNumber ? [Number(text)] : [])] : read(text);
}

/** What stands in a list of texts twice counts once, and its length is what is left then. */
function withoutRepeats(value: unknown): unknown {
  if (Array.isArray(value)) {
    const isOfTexts = value.every((each) => typeof each === "string");
    return isOfTexts ? [...new Set(value)] : value.map(withoutRepeats);
  }
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, withoutRepeats(each)]));
}

/** The value of a JSON text, in a list; an empty one for what is no JSON. */
function read(text: string): readonly unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return [];
  }
}

function bodyMisfits(
  document: OpenApiDocument,
  { described, body, text, type, headers }: Parts,
): readonly string[] {
  const { requestBody } = described.operation;
  const schema = jsonSchemaOf(requestBody);
  if (schema === undefined) return [];
  if (text === undefined && body === undefined)
    return requestBody?.required === true ? ["the absence of a body"] : [];
  if (type !== "application/json") return ["the type of the body"];
  if (headers["content-encoding"] !== undefined) return ["the encoding of the body"];
  // As the server reads it: a number may be written in ways that are lost in a value.
  const [value] = read(text ?? jsonOf(body));
  const isFitting = [value, withoutRepeats(value)].some(
    (each) => each !== undefined && fitsSchema(document, schema, each),
  );
  return isFitting ? [] : ["the body"];
}
