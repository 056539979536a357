import type { Arbitrary } from "fast-check";

import type { Schema } from "../../src/index.ts";
import type { Links } from "./links.ts";

/** Where in a document a value stands. */
export interface Place {
  readonly links: Links;
  /** The component of the documents that it is about, such as `Posts`. */
  readonly subject: string | undefined;
  /** The nearest name above it. */
  readonly name: string;
  /** Whether it is to be stored: then it is new, and not one that was seen before. */
  readonly isWritten: boolean;
  /** How many components are above it. */
  readonly depth: number;
}

/** Draws values that fit a schema. */
export type ValueOf = (schema: Schema, place: Place) => Arbitrary<unknown>;
