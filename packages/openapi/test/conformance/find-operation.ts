import type { OpenApiDocument, Operation, PathItem, PathMethod } from "../../src/index.ts";

/** What a document says of a path. */
export interface FoundPath {
  /** As the document has it, such as `/api/posts/{id}`. */
  readonly template: string;
  /** `undefined` where the path has no such method. */
  readonly operation: Operation | undefined;
}

const methods: ReadonlyMap<string, PathMethod> = new Map([
  ["GET", "get"],
  // Answered wherever GET is, as the document says of all paths at once.
  ["HEAD", "get"],
  ["POST", "post"],
  ["PUT", "put"],
  ["PATCH", "patch"],
  ["DELETE", "delete"],
]);

/**
 * Finds the operation of a request.
 * @param path Without a query. A literal path is meant more exactly than one with names, as OpenAPI has it.
 */
export function findOperation(
  document: OpenApiDocument,
  method: string,
  path: string,
): FoundPath | undefined {
  const template = Object.hasOwn(document.paths, path) ? path : templateOf(document, path);
  if (template === undefined) return undefined;
  const key = methods.get(method);
  return { template, operation: key === undefined ? undefined : document.paths[template]?.[key] };
}

interface Template {
  readonly template: string;
  readonly segments: readonly string[];
}

const known = new WeakMap<Readonly<Record<string, PathItem>>, readonly Template[]>();

/** Those with names, the ones with fewer names first. */
function templatesOf({ paths }: OpenApiDocument): readonly Template[] {
  const found =
    known.get(paths) ??
    Object.keys(paths)
      .filter((template) => template.includes("{"))
      .map((template) => ({ template, segments: template.split("/") }))
      .toSorted((left, right) => nameCount(left) - nameCount(right));
  known.set(paths, found);
  return found;
}

function nameCount({ segments }: Template): number {
  return segments.filter(isName).length;
}

function isName(segment: string): boolean {
  return segment.startsWith("{");
}

function templateOf(document: OpenApiDocument, path: string): string | undefined {
  const given = path.split("/");
  return templatesOf(document).find(
    ({ segments }) =>
      segments.length === given.length &&
      segments.every((segment, at) => (isName(segment) ? given[at] !== "" : segment === given[at])),
  )?.template;
}
