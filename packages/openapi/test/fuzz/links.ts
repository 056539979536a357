import type { OpenApiDocument, Operation, PathMethod, Schema } from "../../src/index.ts";

/** An operation with its place in the document. */
export interface Described {
  readonly method: PathMethod;
  /** Such as `/api/posts/{id}`. */
  readonly template: string;
  readonly operation: Operation;
}

/** Every operation of a document. */
export function describedOperations({ paths }: OpenApiDocument): readonly Described[] {
  return Object.entries(paths).flatMap(([template, item]) =>
    Object.entries(item).map(([method, operation]) => ({
      method: method as PathMethod,
      template,
      operation,
    })),
  );
}

/** What the parts of a document have to do with each other, read from nothing but the document. */
export interface Links {
  readonly document: OpenApiDocument;
  /** The path where documents of a component are listed, such as `/api/posts` for `Posts`. */
  readonly pathOf: (component: string) => string | undefined;
  /** The component that a filter, an order or a body is about: `Posts` for `PostsWhere`. */
  readonly subjectOf: (component: string) => string | undefined;
  /** The component of one kind about the same documents: `PostsWhere` for `Posts` and `where`. */
  readonly partOf: (component: string, parameter: string) => Schema | undefined;
  /** What a field of a component refers to, where it is a relationship. */
  readonly targetOf: (component: string, field: string) => string | undefined;
  readonly resolve: (schema: Schema) => Schema;
}

const prefix = "#/components/schemas/";

/** The name of the component that a schema is a reference to. */
export function componentOf({ $ref: reference }: Schema): string | undefined {
  return typeof reference === "string" && reference.startsWith(prefix)
    ? reference.slice(prefix.length)
    : undefined;
}

/** The schema of a JSON body, of a request or of an answer. */
export function jsonSchemaOf(
  body: { readonly content?: Operation["responses"][string] | object } | undefined,
): Schema | undefined {
  const content = body?.content as Readonly<Record<string, { readonly schema?: Schema }>> | undefined;
  return content?.["application/json"]?.schema;
}

/** Reads the links of a document. */
export function linksOf(document: OpenApiDocument): Links {
  const { schemas } = document.components;
  const resolve = (schema: Schema): Schema => {
    const name = componentOf(schema);
    return name === undefined ? schema : (schemas[name] ?? {});
  };
  const paths = new Map<string, string>();
  const subjects = new Map<string, string>();
  const parts = new Map<string, Schema>();
  for (const { template, operation } of describedOperations(document)) {
    const subject = subjectOfAnswers(operation, resolve);
    if (subject === undefined) continue;
    if (isList(operation, resolve) && (paths.get(subject)?.length ?? Infinity) > template.length)
      paths.set(subject, template);
    for (const [name, schema] of partsOf(operation, document)) {
      const part = componentOf(schema);
      if (part !== undefined) subjects.set(part, subject);
      parts.set(`${subject} ${name}`, schema);
    }
  }
  return {
    document,
    pathOf: (component) => paths.get(component),
    subjectOf: (component) => subjects.get(component),
    partOf: (component, parameter) => parts.get(`${component} ${parameter}`),
    targetOf: (component, field) => targetIn(propertyOf(schemas[component], field)),
    resolve,
  };
}

function propertyOf(schema: Schema | undefined, name: string): Schema | undefined {
  const properties = schema?.["properties"] as Readonly<Record<string, Schema>> | undefined;
  return properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function targetIn(schema: Schema | undefined): string | undefined {
  if (schema === undefined) return undefined;
  const own = componentOf(schema);
  if (own !== undefined) return own;
  const { anyOf = [], items } = schema as { readonly anyOf?: readonly Schema[]; readonly items?: Schema };
  return [...anyOf, ...(items === undefined ? [] : [items])].map(targetIn).find((each) => each !== undefined);
}

function successOf({ responses }: Operation): Schema | undefined {
  const [, response] =
    Object.entries(responses).find(([status]) => status === "200" || status === "201") ?? [];
  return jsonSchemaOf(response as { readonly content?: object } | undefined);
}

function isList(operation: Operation, resolve: Links["resolve"]): boolean {
  const schema = successOf(operation);
  return schema !== undefined && propertyOf(resolve(schema), "data") !== undefined;
}

/** The component of the documents that an operation answers, one or a page of them. */
function subjectOfAnswers(operation: Operation, resolve: Links["resolve"]): string | undefined {
  const schema = successOf(operation);
  if (schema === undefined) return undefined;
  const data = propertyOf(resolve(schema), "data");
  const user = propertyOf(resolve(schema), "user");
  if (data !== undefined) return targetIn(data);
  const own = user ?? schema;
  return propertyOf(resolve(own), "id") === undefined ? undefined : componentOf(own);
}

/** The schemas that an operation takes, by the name of their parameter; `body` for a body. */
function partsOf(operation: Operation, document: OpenApiDocument): readonly (readonly [string, Schema])[] {
  const body = jsonSchemaOf(operation.requestBody);
  const parameters = parametersOf(operation, document).flatMap(({ name, schema, content }) => {
    const found = schema ?? content?.["application/json"]?.schema;
    return found === undefined ? [] : [[name, found] as const];
  });
  return [...parameters, ...(body === undefined ? [] : [["body", body] as const])];
}

/** The parameters of an operation, those that are shared too. */
export function parametersOf({ parameters = [] }: Operation, { components }: OpenApiDocument) {
  return parameters.map((each) => {
    if (!("$ref" in each)) return each;
    const found = components.parameters[each.$ref.slice("#/components/parameters/".length)];
    if (found === undefined) throw new TypeError(`${each.$ref} is no component`);
    return found;
  });
}
