import * as fc from "fast-check";

import type { Operation, Parameter, Schema } from "../../src/index.ts";
import { type Described, describedOperations, jsonSchemaOf, type Links, parametersOf } from "./links.ts";
import type { Place } from "./place.ts";
import { Overlaid, Recalled } from "./recalled.ts";
import { idPlaces, valueOf } from "./values.ts";

/** A request as it is drawn, before anything is known of the application. */
export interface Draft {
  readonly described: Described;
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  /** Whether it names the version of the document that it is about: the one that was seen last, or another one. */
  readonly version: "none" | "current" | "other";
  /** Absent: no body. */
  readonly body?: unknown;
  /** Whether it comes from a page of the application, as a browser would say. */
  readonly isOfPage: boolean;
  /** Of what was remembered, where it goes on with something. */
  readonly nth: number;
  /** Whether it asks for the next page of a list that was asked for before. */
  readonly isNextPage: boolean;
}

/**
 * Draws requests to the operations of a document, all of which fit it.
 * @param home Where the routes of the caller's own account are.
 */
export function draftOf(links: Links, home: string): fc.Arbitrary<Draft> {
  const all = describedOperations(links.document);
  const doors = all
    .filter(({ template }) => template.endsWith("/login"))
    .map(({ template }) => template.replace(/login$/, ""));
  const others = doors.filter((door) => door !== `${home}/`);
  return fc.oneof(
    ...all.map((described) => ({
      weight: weightOf(described, others),
      arbitrary: draftFor(described, links),
    })),
  );
}

/**
 * What has a limit of its own is asked seldom: it takes long, or needs what only a mail says. So is what is for the accounts
 * of others, beside the routes that every collection has.
 */
function weightOf({ operation, template, method }: Described, others: readonly string[]): number {
  const { security, responses } = operation;
  const isDoor = method === "post" && security.length === 0 && responses["429"] !== undefined;
  const other = others.find((each) => template.startsWith(each));
  const isTheirs = other !== undefined && !/^(?:\{|query$|count$)/.test(template.slice(other.length));
  return isDoor || (isTheirs && security.length > 0) ? 1 : 6;
}

/** Draws requests to one operation. */
export function draftFor(described: Described, links: Links): fc.Arbitrary<Draft> {
  const { operation, template } = described;
  const subject = subjectOf(described, links);
  const isStored =
    described.method === "patch" || operation.responses["201"] !== undefined || template.endsWith("/batch");
  const place: Place = { links, subject, name: "", isWritten: false, depth: 0 };
  const parameters = parametersOf(operation, links.document);
  const body = bodyOf(operation, { ...place, isWritten: isStored });
  return fc
    .record(
      {
        path: fc.record(
          Object.fromEntries(
            parameters.filter(isIn("path")).map((each) => [each.name, pathValue(each, described, place)]),
          ),
        ),
        query: queryOf(parameters.filter(isIn("query")), place),
        version: parameters.some(isIn("header"))
          ? fc.constantFrom("none", "none", "none", "none", "current", "current", "other")
          : fc.constant("none"),
        isOfPage: fc.boolean(),
        nth: fc.nat(1_000),
        isNextPage: parameters.some(({ name }) => name === "cursor")
          ? fc.nat(4).map((chance) => chance === 0)
          : fc.constant(false),
        ...(body === undefined ? {} : { body }),
      },
      { noNullPrototype: true },
    )
    .map(({ path, query, version, isOfPage, nth, isNextPage, ...rest }) => ({
      described,
      path,
      query,
      version,
      isOfPage,
      nth,
      isNextPage,
      ...("body" in rest && rest.body !== absent ? { body: rest.body } : {}),
    }));
}

const absent = Symbol("absent");

function isIn(where: Parameter["in"]): (parameter: Parameter) => boolean {
  return (parameter) => parameter.in === where;
}

/** The component of the documents that an operation is about, also where it answers none. */
function subjectOf({ template }: Described, links: Links): string | undefined {
  const [resource = ""] = template.split("/{");
  const names = Object.keys(links.document.components.schemas);
  const longest = (path: string): number => links.pathOf(path)?.length ?? 0;
  return names
    .filter((name) => {
      const path = links.pathOf(name);
      return path !== undefined && (resource === path || resource.startsWith(`${path}/`));
    })
    .toSorted((left, right) => longest(right) - longest(left))[0];
}

function pathValue(
  { name, schema = {} }: Parameter,
  { template, method }: Described,
  place: Place,
): fc.Arbitrary<unknown> {
  const drawn = valueOf(schema, { ...place, name: "" });
  const [resource = ""] = template.split("/{");
  if (name !== "id") return drawn;
  const gone = `gone:${resource}`;
  return fc.tuple(fc.uuid({ version: 7 }), fc.nat(1_000), fc.nat(11)).map(([made, nth, chance]) => {
    if (chance === 0) return made;
    if (template.endsWith("/restore") ? chance < 8 : chance === 1)
      return new Recalled([gone, ...idPlaces(resource, "seen")], nth, made);
    const isChange = method !== "get" && chance < 9;
    return new Recalled(idPlaces(resource, isChange ? "made" : chance < 10 ? "seen" : "any"), nth, made);
  });
}

/** Some of the parameters; those that are not required are left out mostly. A cursor is not made up. */
function queryOf(
  parameters: readonly Parameter[],
  place: Place,
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const optional = parameters.filter(({ required = false, name }) => !required && name !== "cursor");
  return fc.subarray([...optional], { maxLength: Math.min(4, optional.length) }).chain((chosen) => {
    const wanted = [...parameters.filter(({ required = false }) => required), ...chosen];
    const values = wanted.map((each) => valueOf(schemaOf(each), { ...place, name: each.name }));
    return fc
      .tuple(...values)
      .map((all) => Object.fromEntries(all.map((value, at) => [wanted[at]?.name ?? "", value])));
  });
}

/** The schema of a parameter, whichever way it is written. */
export function schemaOf({ schema, content }: Parameter): Schema {
  return schema ?? content?.["application/json"]?.schema ?? {};
}

function bodyOf({ requestBody }: Operation, place: Place): fc.Arbitrary<unknown> | undefined {
  const schema = jsonSchemaOf(requestBody);
  if (schema === undefined) return undefined;
  const drawn = valueOf(schema, place);
  const names = Object.keys(place.links.resolve(schema)["properties"] ?? {});
  const whole = fc.tuple(drawn, fc.nat(1_000), fc.nat(5)).map(([value, nth, chance]) => {
    const isPlain = place.isWritten || chance === 0 || typeof value !== "object" || value === null;
    return isPlain ? value : new Overlaid(value as Readonly<Record<string, unknown>>, names, nth);
  });
  if (requestBody?.required === true) return whole;
  return fc.oneof({ weight: 1, arbitrary: fc.constant(absent) }, { weight: 3, arbitrary: whole });
}
