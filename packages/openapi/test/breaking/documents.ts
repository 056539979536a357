/** A JSON Schema. */
export interface Schema {
  readonly [key: string]: unknown;
}

/** A document with one operation, whose body and answer have these schemas. */
export function documentWith(request: Schema | undefined, answer: Schema | undefined): unknown {
  const contentOf = (schema: Schema): unknown => ({ "application/json": { schema } });
  const operation = {
    operationId: "make",
    ...(request === undefined ? {} : { requestBody: { content: contentOf(request) } }),
    responses: {
      "200": { description: "Done.", ...(answer === undefined ? {} : { content: contentOf(answer) }) },
    },
  };
  return { openapi: "3.1.1", paths: { "/things": { post: operation } } };
}

/** Where the schema of the body is. */
export const inRequest = "#/paths/~1things/post/requestBody/content/application~1json/schema";
/** Where that of the answer is. */
export const inAnswer = "#/paths/~1things/post/responses/200/content/application~1json/schema";

/** Any text. */
export const text: Schema = { type: "string" };
/** An object with these members. */
export const object = (properties: Schema, more: Schema = {}): Schema => ({
  type: "object",
  properties,
  ...more,
});
