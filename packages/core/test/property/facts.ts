import type { Json } from "@lucent/core";

/** What a value means when it is compared. */
export type Kind =
  | "text"
  | "number"
  | "integer"
  | "decimal"
  | "boolean"
  | "date"
  | "select"
  | "id"
  | "json"
  | "relationship"
  /** References to several documents, in an order of their own. */
  | "list"
  | "multiselect"
  | "richtext"
  | "array";

/**
 * A field as the generators and the reference evaluator know it; written by hand or made by a generator, not derived
 * from the engine.
 */
export interface FieldFacts {
  readonly name: string;
  readonly kind: Kind;
  readonly nullable: boolean;
  /** Digits behind the point that a decimal column always shows. */
  readonly scale?: number;
  /** Slug of the collection that a relationship leads to. */
  readonly to?: string;
  /** Holds one of few values, so that filters over few rows meet some of them. */
  readonly hasFewValues?: boolean;
  /** Never read by anyone. */
  readonly isHidden?: boolean;
}

/** A collection as the generators and the reference evaluator know it. */
export interface CollectionFacts {
  readonly slug: string;
  readonly table: string;
  readonly fields: readonly FieldFacts[];
  /** The order of a list that does not ask for one, tie-break included. */
  readonly defaultSort: readonly string[];
  /** Whether a deleted row stays, with `deletedAt` set. */
  readonly softDelete?: boolean;
}

/** The collections of an application by slug. */
export type Collections = ReadonlyMap<string, CollectionFacts>;

/** A row as it is put into the database, by field name. */
export type StoredRow = Readonly<Record<string, Json>>;

/** The rows of every collection, by slug. */
export type Stock = ReadonlyMap<string, readonly StoredRow[]>;

/** A field that must be there. */
export function fieldOf({ slug, fields }: CollectionFacts, name: string): FieldFacts {
  const found = fields.find((field) => field.name === name);
  if (found === undefined) throw new TypeError(`the generator made up the field ${name} of ${slug}`);
  return found;
}

/** A collection that must be there. */
export function collectionOf(collections: Collections, slug: string | undefined): CollectionFacts {
  const found = collections.get(slug ?? "");
  if (found === undefined) throw new TypeError(`there is no collection ${slug}`);
  return found;
}

/** The name of a field's column. */
export function columnOf(field: string): string {
  return field.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}
