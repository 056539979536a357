import { allowing } from "../property/allowed.ts";
import type { WhereObject } from "../property/evaluate.ts";
import type { Principal } from "./rules.ts";
import type { DrawnCollection } from "./schema.ts";
import type { Parameters, Step } from "./step.ts";

type Schema = readonly DrawnCollection[];

/** The same request without what its caller may not name, ask for or write, so that it gets further. */
export function allowedStep(step: Step, schema: Schema, caller: Principal): Step {
  switch (step.kind) {
    case "list":
    case "count":
    case "one":
      return { ...step, parameters: allowedParameters(step.slug, step.parameters, { schema, caller }) };
    case "create":
    case "update":
      return { ...step, body: allowedBody(step.slug, step.body, { caller, operation: step.kind }) };
    case "batch":
    case "delete":
    case "restore":
    case "other":
      return step;
  }
}

function allowedParameters(
  slug: string,
  parameters: Parameters,
  { schema, caller }: { readonly schema: Schema; readonly caller: Principal },
): Parameters {
  const { naming, select, sight } = allowing(new Map(schema.map((each) => [each.slug, each])), caller.rules);
  if (!sight.mayRead(slug)) return parameters;
  const { where, sort, populate, select: names, search, trashed, ...rest } = parameters;
  const named = naming(slug, { where: objectOf(where), sort: listOf(sort), populate: listOf(populate) });
  const isSearchable = schema
    .find((each) => each.slug === slug)
    ?.drawn.some(
      ({ name, definition }) =>
        "searchable" in definition && definition.searchable && sight.isNameable(slug, name),
    );
  const found = {
    ...rest,
    ...named,
    select: select(slug, listOf(names)),
    search: isSearchable === true ? search : undefined,
    trashed: sight.maySeeDeleted(slug) ? trashed : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function objectOf(value: unknown): WhereObject | undefined {
  return value === undefined ? undefined : (value as WhereObject);
}

function listOf(value: unknown): readonly string[] | undefined {
  return value === undefined ? undefined : (value as readonly string[]);
}

function allowedBody(
  slug: string,
  body: unknown,
  { caller, operation }: { readonly caller: Principal; readonly operation: "create" | "update" },
): unknown {
  const writes = caller.rules[slug]?.writes ?? {};
  const isAllowed = (name: string): boolean => writes[name]?.[operation] !== false;
  return Object.fromEntries(Object.entries(body as object).filter(([name]) => isAllowed(name)));
}
