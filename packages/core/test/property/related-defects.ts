import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import type { Defect } from "./defects.ts";
import type { WhereObject } from "./evaluate.ts";
import { graph } from "./graph.ts";
import type { ReadRules, Rulebook } from "./sight.ts";

/** A query that must be refused, and the rules under which it is asked. */
export interface Refused {
  readonly rules: Rulebook;
  readonly defect: Defect;
}

const open: ReadRules = { read: true, readDeleted: true };
const everythingOpen: Rulebook = Object.fromEntries(graph.map(({ slug }) => [slug, open]));
const someId = "00000000-0000-0000-0000-000000000000";

/** By collection: a way through another one, and a relationship to it. */
const ways: Readonly<
  Record<string, { readonly over: string; readonly through: string; readonly far: string }>
> = {
  teams: { over: "members", through: "lead", far: "lead.team" },
  members: { over: "teams", through: "team", far: "team.lead" },
  "work-items": { over: "members", through: "owner", far: "helpers.team" },
};

/** Queries that are wrong because of where they lead. */
export function relatedDefect(slug: string): Arbitrary<Refused> {
  return fc.oneof(
    fc.constantFrom(...unreadable(slug)).chain((each) => nested(each)),
    fc.constantFrom(...malformed(slug)).map((defect): Refused => ({ rules: everythingOpen, defect })),
  );
}

/** The wrong condition bare, or as a part of a filter that would do without it. */
function nested({ rules, defect }: Refused): Arbitrary<Refused> {
  const { where } = defect;
  if (where === undefined) return fc.constant({ rules, defect });
  const always: WhereObject = { id: { exists: true } };
  const around: readonly WhereObject[] = [
    where,
    { or: [always, where] },
    { and: [always, { not: where }] },
    { not: { or: [{ and: [always, where] }] } },
  ];
  return fc.constantFrom(...around).map((each) => ({ rules, defect: { ...defect, where: each } }));
}

/** What nobody reads, what this caller does not read, and what is readable in some rows only: one and the same answer. */
function unreadable(slug: string): readonly Refused[] {
  const { over, through, far } = ways[slug] ?? { over: "", through: "", far: "" };
  const locked: Rulebook = { ...everythingOpen, [over]: { read: false } };
  const denied = ruled(over, "name", false);
  const partial = ruled(over, "name", { id: { exists: true } });
  const hop = ruled(slug, through, { id: { exists: true } });
  const code = "UNKNOWN_FIELD" as const;
  return [
    { rules: everythingOpen, defect: { where: { secret: 1 }, code } },
    { rules: everythingOpen, defect: { where: { [`${through}.secret`]: { exists: false } }, code } },
    { rules: everythingOpen, defect: { where: { [`${far}.secret`]: 1 }, code } },
    { rules: everythingOpen, defect: { sort: [`-${through}.secret`], code } },
    { rules: everythingOpen, defect: { sort: ["secret"], code } },
    { rules: everythingOpen, defect: { select: ["secret"], code } },
    { rules: everythingOpen, defect: { populate: ["secret"], code } },
    { rules: locked, defect: { where: { [`${through}.id`]: { exists: true } }, code } },
    { rules: locked, defect: { where: { [`${far}.id`]: { exists: true } }, code } },
    { rules: locked, defect: { sort: [`${through}.name`], code } },
    { rules: locked, defect: { populate: [far], code } },
    ...[denied, partial].flatMap((rules): readonly Refused[] => [
      { rules, defect: { where: { [`${through}.name`]: "a" }, code } },
      { rules, defect: { sort: [`${through}.name`], code } },
    ]),
    { rules: hop, defect: { where: { [`${through}.name`]: "a" }, code } },
    { rules: hop, defect: { where: { [through]: { exists: true } }, code } },
    { rules: hop, defect: { sort: [through], code } },
  ];
}

function ruled(slug: string, field: string, rule: boolean | WhereObject): Rulebook {
  return { ...everythingOpen, [slug]: { ...open, fields: { [field]: rule } } };
}

const lists: Readonly<
  Record<string, { readonly links: string; readonly options?: string; readonly flat?: string }>
> = {
  teams: { links: "crew", options: "marks" },
  members: { links: "friends", flat: "bio" },
  "work-items": { links: "helpers", options: "labels", flat: "lines" },
};

/** One hop more than three, whichever collection it starts from. */
const tooFar: Readonly<Record<string, string>> = {
  teams: "lead.team.lead.team.name",
  members: "team.lead.team.lead.name",
  "work-items": "owner.team.lead.team.name",
};

function malformed(slug: string): readonly Defect[] {
  const { through } = ways[slug] ?? { through: "" };
  const { links, options, flat } = lists[slug] ?? { links: "" };
  const code = "BAD_REQUEST" as const;
  const listWheres = [links, options].flatMap((name): readonly WhereObject[] =>
    name === undefined
      ? []
      : [
          { [name]: someId },
          { [name]: { in: [someId] } },
          { [name]: { any: [] } },
          { [name]: { all: [] } },
          { [name]: { all: someId } },
          { [name]: { contains: [someId] } },
          { [name]: { contains: null } },
          { [name]: { like: "a" } },
        ],
  );
  const wheres: readonly WhereObject[] = [
    ...listWheres,
    { [links]: { contains: "red" } },
    ...(flat === undefined ? [] : [{ [flat]: { eq: "a" } }, { [flat]: { exists: "true" } }]),
    { [tooFar[slug] ?? ""]: "a" },
    { [`${through}.id`]: "no id" },
    { [through]: { like: "0" } },
  ];
  return [
    ...wheres.map((where): Defect => ({ where, code })),
    { sort: [links], code },
    { sort: [`${links}.name`], code },
    ...[options, flat].flatMap((name): readonly Defect[] =>
      name === undefined
        ? []
        : [
            { sort: [name], code },
            { populate: [name], code },
          ],
    ),
    { sort: [tooFar[slug] ?? ""], code },
    { populate: [(tooFar[slug] ?? "").replace(/\.name$/, "")], code },
    { populate: [`${through}.id`], code },
    { depth: 4, code },
    { depth: -1, code },
    { depth: 1.5, code },
    { trashed: "yes", code },
    ...(slug === "members" ? [{ trashed: "with", code } as const] : []),
  ];
}
