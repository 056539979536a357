/** Stands in a request that is drawn for a value that only the running application knows, such as the id of a document. */
export class Recalled {
  /** Where such values are remembered; the first place that has any counts. */
  readonly places: readonly string[];
  /** Which of them: any number. */
  readonly nth: number;
  /** What stands here while there are none. */
  readonly otherwise: unknown;

  constructor(places: readonly string[], nth: number, otherwise: unknown) {
    this.places = places;
    this.nth = nth;
    this.otherwise = otherwise;
  }
}

/** An object, some members of which are taken from things that belong together, such as an address and its password. */
export class Overlaid {
  readonly value: Readonly<Record<string, unknown>>;
  /** The members that it may have. */
  readonly names: readonly string[];
  readonly nth: number;

  constructor(value: Readonly<Record<string, unknown>>, names: readonly string[], nth: number) {
    this.value = value;
    this.names = names;
    this.nth = nth;
  }
}

/** A list that has nothing twice, also when what it recalls is known. */
export class Distinct {
  readonly values: readonly unknown[];

  constructor(values: readonly unknown[]) {
    this.values = values;
  }
}

/** Where the values of a request come from. */
export interface Recalling {
  recall(places: readonly string[], nth: number): unknown;
  /** Members that belong together, for an object with these; `undefined` where nothing is known. */
  overlay(names: readonly string[], nth: number): Readonly<Record<string, unknown>> | undefined;
}

/** Puts what is remembered in the place of what stands for it. */
export function filled(value: unknown, memory: Recalling): unknown {
  if (value instanceof Recalled) return memory.recall(value.places, value.nth) ?? value.otherwise;
  if (value instanceof Overlaid) return overlaid(value, memory);
  if (value instanceof Distinct) return distinct(value.values.map((each) => filled(each, memory)));
  if (Array.isArray(value)) return value.map((each: unknown) => filled(each, memory));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, filled(each, memory)]));
}

function overlaid({ value, names, nth }: Overlaid, memory: Recalling): unknown {
  const own = filled(value, memory) as Readonly<Record<string, unknown>>;
  const found = memory.overlay(names, nth) ?? {};
  const known = names.filter((name) => Object.hasOwn(found, name));
  return { ...own, ...Object.fromEntries(known.map((name) => [name, found[name]])) };
}

function distinct(values: readonly unknown[]): readonly unknown[] {
  const seen = new Map(values.map((value) => [JSON.stringify(value), value]));
  return [...seen.values()];
}
