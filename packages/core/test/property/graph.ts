import type { Fields } from "@lucent/core";

import { options } from "./collections.ts";
import type { CollectionFacts, FieldFacts, Kind } from "./facts.ts";

/** Options of the lists of options; one differs from another in its case alone. */
export const tags = ["red", "RED", "blue", "a,b", 'quo"te', "back\\slash"] as const;

/** At most so many references in a list: it bounds what a request may populate. */
export const maxLinks = 3;

interface GraphCollection extends CollectionFacts {
  readonly softDelete: boolean;
  readonly definition: Fields;
}

const id: FieldFacts = { name: "id", kind: "id", nullable: false };

function few(name: string, kind: Kind): FieldFacts {
  return { name, kind, nullable: true, hasFewValues: true };
}

const deletedAt: FieldFacts = few("deletedAt", "date");

function one(name: string, to: string): FieldFacts {
  return { name, kind: "relationship", nullable: true, to };
}

function many(name: string, to: string): FieldFacts {
  return { name, kind: "list", nullable: false, to };
}

const items = { qty: { type: "integer" } } as const;

/**
 * Collections that lead to each other and to themselves, in circles: to-one and to-many, two of them with soft delete,
 * each with a field that nobody reads.
 */
export const graph: readonly GraphCollection[] = [
  {
    slug: "teams",
    table: "teams",
    softDelete: true,
    defaultSort: ["size", "id"],
    fields: [
      id,
      few("name", "text"),
      few("size", "integer"),
      few("color", "select"),
      few("marks", "multiselect"),
      { ...few("secret", "integer"), isHidden: true },
      one("lead", "members"),
      one("parent", "teams"),
      many("crew", "members"),
      deletedAt,
    ],
    definition: {
      name: { type: "text" },
      size: { type: "integer" },
      color: { type: "select", options },
      marks: { type: "multiselect", options: tags },
      secret: { type: "integer", hidden: true },
      lead: { type: "relationship", to: "members" },
      parent: { type: "relationship", to: "teams" },
      crew: { type: "relationship", to: "members", hasMany: true, maxItems: maxLinks },
    },
  },
  {
    slug: "members",
    table: "members",
    softDelete: false,
    defaultSort: ["id"],
    fields: [
      id,
      few("name", "text"),
      few("age", "integer"),
      few("active", "boolean"),
      few("bio", "richtext"),
      { ...few("secret", "integer"), isHidden: true },
      one("team", "teams"),
      one("boss", "members"),
      many("friends", "members"),
    ],
    definition: {
      name: { type: "text" },
      age: { type: "integer" },
      active: { type: "boolean" },
      bio: { type: "richtext" },
      secret: { type: "integer", hidden: true },
      team: { type: "relationship", to: "teams" },
      boss: { type: "relationship", to: "members" },
      friends: { type: "relationship", to: "members", hasMany: true, maxItems: maxLinks },
    },
  },
  {
    slug: "work-items",
    table: "work_items",
    softDelete: true,
    defaultSort: ["-due", "-id"],
    fields: [
      id,
      few("title", "text"),
      few("points", "integer"),
      few("due", "date"),
      few("labels", "multiselect"),
      few("lines", "array"),
      { ...few("secret", "integer"), isHidden: true },
      one("owner", "members"),
      one("team", "teams"),
      one("next", "work-items"),
      many("helpers", "members"),
      deletedAt,
    ],
    definition: {
      title: { type: "text" },
      points: { type: "integer" },
      due: { type: "date" },
      labels: { type: "multiselect", options: tags },
      lines: { type: "array", fields: items },
      secret: { type: "integer", hidden: true },
      owner: { type: "relationship", to: "members" },
      team: { type: "relationship", to: "teams" },
      next: { type: "relationship", to: "work-items" },
      helpers: { type: "relationship", to: "members", hasMany: true, maxItems: maxLinks },
    },
  },
];
