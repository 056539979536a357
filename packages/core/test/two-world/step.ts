/**
 * What a conditional header of a request holds: nothing, the tag that the document had when it was last seen, one of
 * another state, or any.
 */
export type Tag = "none" | "last" | "stale" | "any";

/** One operation of a batch. */
export type Operation = Readonly<Record<string, unknown>>;

/**
 * One request of a sequence. In its texts `@0@` stands for the id of the first document that the sequence created, and so
 * on: each world gives them ids of its own.
 */
export type Step =
  | {
      readonly kind: "list";
      readonly slug: string;
      readonly via: "get" | "query";
      readonly parameters: Parameters;
      readonly pages: number;
    }
  | { readonly kind: "count"; readonly slug: string; readonly parameters: Parameters }
  | {
      readonly kind: "one";
      readonly slug: string;
      readonly id: string;
      readonly parameters: Parameters;
      readonly tag: Tag;
    }
  | { readonly kind: "create"; readonly slug: string; readonly body: unknown }
  | {
      readonly kind: "update";
      readonly slug: string;
      readonly id: string;
      readonly body: unknown;
      readonly tag: Tag;
    }
  | { readonly kind: "delete"; readonly slug: string; readonly id: string; readonly tag: Tag }
  | { readonly kind: "restore"; readonly slug: string; readonly id: string }
  | { readonly kind: "batch"; readonly operations: readonly Operation[] }
  | { readonly kind: "other"; readonly method: string; readonly path: string };

/** Parameters of a read, as a query body has them. */
export type Parameters = Readonly<Record<string, unknown>>;
