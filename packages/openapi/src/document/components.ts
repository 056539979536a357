import type { Components, Header, Parameter, Reference, Response, Schema } from "./openapi.ts";

/** What operations share, while a document is made. Whoever needs a component adds it; the first one counts. */
export interface ComponentStore {
  schema(name: string, make: () => Schema): Reference;
  response(name: string, make: () => Response): Reference;
  parameter(name: string, make: () => Parameter): Reference;
  header(name: string, make: () => Header): Reference;
  /** The schema behind a reference, where it is made already. */
  readonly resolve: (reference: string) => Schema | undefined;
  /** Everything that was added, by name. */
  all(): Omit<Components, "securitySchemes">;
}

const schemasAt = "#/components/schemas/";

/** Makes a store. */
export function componentStore(): ComponentStore {
  const schemas = new Map<string, Schema | undefined>();
  const responses = new Map<string, Response | undefined>();
  const parameters = new Map<string, Parameter | undefined>();
  const headers = new Map<string, Header | undefined>();
  return {
    schema: (name, make) => added("schemas", schemas, { name, make }),
    response: (name, make) => added("responses", responses, { name, make }),
    parameter: (name, make) => added("parameters", parameters, { name, make }),
    header: (name, make) => added("headers", headers, { name, make }),
    resolve: (reference) => schemas.get(reference.slice(schemasAt.length)),
    all: () => ({
      schemas: sorted(schemas),
      responses: sorted(responses),
      parameters: sorted(parameters),
      headers: sorted(headers),
    }),
  };
}

function added<T>(
  kind: keyof Components,
  known: Map<string, T | undefined>,
  { name, make }: { readonly name: string; readonly make: () => T },
): Reference {
  if (!known.has(name)) {
    // A component may lead back to itself.
    known.set(name, undefined);
    known.set(name, make());
  }
  return { $ref: `#/components/${kind}/${name}` };
}

function sorted<T>(known: ReadonlyMap<string, T | undefined>): Readonly<Record<string, T>> {
  const names = [...known.keys()].toSorted((left, right) => (left < right ? -1 : 1));
  const found: Record<string, T> = {};
  for (const name of names) {
    const component = known.get(name);
    if (component !== undefined) found[name] = component;
  }
  return found;
}
