/** How much a query may ask for. */
export const queryBounds = {
  perPage: 100,
  /** Documents on a page where the caller does not say. */
  defaultPerPage: 20,
  /** Largest product of `page` and `perPage`. */
  offset: 10_000,
  sortKeys: 3,
  populatePaths: 20,
  /** In characters. */
  cursor: 4_096,
  selected: 100,
  /** In characters. */
  search: 200,
  /** Relationships on the longest way. */
  hops: 3,
  /** Filters in an `and` or `or`. */
  branches: 20,
  /** Values in a list of an operator. */
  members: 100,
  /** Characters of a text that is looked for. */
  match: 200,
} as const;
