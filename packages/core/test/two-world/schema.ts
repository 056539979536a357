import type { Field } from "@lucent/core";
import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { options } from "../property/collections.ts";
import type { CollectionFacts, FieldFacts } from "../property/facts.ts";
import { maxLinks, tags } from "../property/graph.ts";

/** A field as it is drawn: what the evaluator knows of it, and what goes into the configuration. */
export interface DrawnField extends FieldFacts {
  readonly definition: Field;
  /** Never written by a caller: what depends on it can't be moved by one. */
  readonly isFixed: boolean;
}

/** A collection as it is drawn. */
export interface DrawnCollection extends CollectionFacts {
  readonly fields: readonly FieldFacts[];
  readonly drawn: readonly DrawnField[];
  readonly softDelete: boolean;
  readonly timestamps: boolean;
}

/** Of different lengths, so that their ids are different too. */
const slugs = ["as", "bees", "cranes", "dolphins"] as const;

/** Two to four collections that lead to each other and to themselves. */
export const schema: Arbitrary<readonly DrawnCollection[]> = fc
  .integer({ min: 2, max: slugs.length })
  .chain((count) => fc.tuple(...slugs.slice(0, count).map((slug, _, all) => collection(slug, all))));

interface Choice {
  readonly timestamps: boolean;
  readonly softDelete: boolean;
  readonly kinds: readonly string[];
  readonly isSearchable: boolean;
  readonly isGuardHidden: boolean;
  readonly one: string;
  readonly other: string | undefined;
  readonly many: string | undefined;
  readonly sort: "none" | "count" | "guard";
}

function collection(slug: string, all: readonly string[]): Arbitrary<DrawnCollection> {
  const target = fc.constantFrom(...all);
  const choice: Arbitrary<Choice> = fc.record({
    timestamps: fc.boolean(),
    softDelete: fc.boolean(),
    kinds: fc.subarray(["level", "marks", "meta", "lines", "flag"], { minLength: 1 }),
    isSearchable: fc.boolean(),
    isGuardHidden: fc.boolean(),
    one: target,
    other: fc.option(target, { nil: undefined }),
    many: fc.option(target, { nil: undefined }),
    sort: fc.constantFrom("none", "count", "guard"),
  });
  return choice.map((chosen) => drawCollection(slug, chosen));
}

function drawCollection(slug: string, choice: Choice): DrawnCollection {
  const { timestamps, softDelete, isGuardHidden } = choice;
  // A hidden field can't be what a list is sorted by.
  const sort = choice.sort === "guard" && isGuardHidden ? "count" : choice.sort;
  const drawn = drawFields(choice);
  const stamp = (name: string, nullable: boolean): FieldFacts => ({
    name,
    kind: "date",
    nullable,
    hasFewValues: true,
  });
  const order = sort === "none" ? (timestamps ? ["-createdAt"] : []) : [sort];
  return {
    slug,
    table: slug,
    drawn,
    softDelete,
    timestamps,
    fields: [
      { name: "id", kind: "id", nullable: false },
      ...drawn,
      ...(timestamps ? [stamp("createdAt", false), stamp("updatedAt", false)] : []),
      ...(softDelete ? [stamp("deletedAt", true)] : []),
    ],
    defaultSort: [...order, order[0]?.startsWith("-") === true ? "-id" : "id"],
  };
}

const plainFields: ReadonlyMap<string, readonly [FieldFacts["kind"], Field]> = new Map([
  ["level", ["select", { type: "select", options }]],
  ["marks", ["multiselect", { type: "multiselect", options: tags }]],
  ["meta", ["json", { type: "json" }]],
  ["lines", ["array", { type: "array", fields: { qty: { type: "integer" } } }]],
  ["flag", ["boolean", { type: "boolean" }]],
]);

function drawFields({ kinds, isSearchable, isGuardHidden, one, other, many }: Choice): readonly DrawnField[] {
  const field = (name: string, kind: FieldFacts["kind"], definition: Field): DrawnField => ({
    name,
    kind,
    nullable: true,
    hasFewValues: true,
    isFixed: false,
    definition,
  });
  // What could be restricted would tell of hidden references by a 409, so every reference lets go.
  const onDelete = "setNull" as const;
  const toOne = (name: string, to: string): DrawnField => ({
    ...field(name, "relationship", { type: "relationship", to, onDelete }),
    to,
  });
  return [
    field("title", "text", { type: "text", searchable: isSearchable }),
    field("body", "text", { type: "textarea", searchable: isSearchable, maxLength: 20 }),
    field("count", "integer", { type: "integer", max: 5 }),
    ...kinds.flatMap((name) => {
      const [kind, definition] = plainFields.get(name) ?? [];
      return kind === undefined || definition === undefined ? [] : [field(name, kind, definition)];
    }),
    {
      ...field("guard", "integer", { type: "integer", hidden: isGuardHidden }),
      isFixed: true,
      isHidden: isGuardHidden,
    },
    { ...field("secret", "text", { type: "text", hidden: true }), isHidden: true },
    toOne("one", one),
    ...(other === undefined ? [] : [toOne("other", other)]),
    ...(many === undefined
      ? []
      : [
          {
            ...field("many", "list", {
              type: "relationship",
              to: many,
              hasMany: true,
              maxItems: maxLinks,
              onDelete,
            }),
            to: many,
            nullable: false,
          },
        ]),
  ];
}
