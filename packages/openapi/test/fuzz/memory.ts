import type { Schema } from "../../src/index.ts";
import { componentOf, type Links } from "./links.ts";
import type { Recalling } from "./recalled.ts";

const kept = 40;

/** The next page of a list that was asked for. */
export interface NextPage {
  /** With its query, without a cursor and a page. */
  readonly target: string;
  readonly template: string;
  readonly caller: string;
  readonly cursor: string;
}

/** Things that belong together. */
export interface Bundle {
  readonly [name: string]: unknown;
  /** The end of the only path where they are good; absent where they are good anywhere. */
  readonly page?: string | undefined;
}

/** What was seen of an application while it was asked: ids, values, versions, things that belong together. */
export class Memory {
  readonly #values = new Map<string, unknown[]>();
  readonly #bundles: Bundle[] = [];
  readonly #versions = new Map<string, string>();
  readonly #pages: NextPage[] = [];

  /** Keeps a value; the oldest ones of a place are forgotten. */
  keep(place: string, value: unknown): void {
    const known = this.#values.get(place) ?? [];
    this.#values.set(place, known);
    if (!known.includes(value)) known.push(value);
    if (known.length > kept) known.shift();
  }

  /** Forgets a value wherever it is. */
  forget(value: unknown): void {
    for (const [place, known] of this.#values) if (!place.startsWith("gone:")) drop(known, value);
  }

  /** Forgets that a caller has seen a value. */
  forgetFor(caller: string, value: unknown): void {
    for (const [place, known] of this.#values) if (place.endsWith(`@${caller}`)) drop(known, value);
  }

  /** Forgets everything that only one caller has seen or made. */
  forgetCaller(caller: string): void {
    for (const [place, known] of this.#values) if (place.endsWith(`@${caller}`)) known.length = 0;
  }

  /** Keeps things that belong together, such as an address and its password. */
  keepBundle(bundle: Bundle): void {
    this.#bundles.push(bundle);
    if (this.#bundles.length > kept) this.#bundles.shift();
  }

  /** Forgets what is good for one use. */
  spend(used: unknown): void {
    const at = this.#bundles.findIndex(
      ({ token, refreshToken }) => used !== undefined && (token ?? refreshToken) === used,
    );
    if (at !== -1) this.#bundles.splice(at, 1);
  }

  /** Keeps the version of what is at a path. */
  keepVersion(path: string, version: string): void {
    this.#versions.set(path, version);
  }

  version(path: string): string | undefined {
    return this.#versions.get(path);
  }

  keepPage(page: NextPage): void {
    this.#pages.push(page);
    if (this.#pages.length > kept) this.#pages.shift();
  }

  page(nth: number): NextPage | undefined {
    return this.#pages[nth % Math.max(1, this.#pages.length)];
  }

  /**
   * How a caller remembers what goes into a request to a path: what it has seen comes before what others have.
   * @param own What it knows of itself; `undefined` where it may be anybody.
   */
  of(caller: string, template: string, own: Readonly<Record<string, unknown>> | undefined): Recalling {
    return {
      recall: (places, nth) => {
        for (const place of places) {
          const known = this.#values.get(place.replace("{caller}", caller)) ?? [];
          if (known.length > 0) return known[nth % known.length];
        }
        return undefined;
      },
      overlay: (names, nth) => {
        if (own !== undefined) return own;
        const fitting = this.#bundles.filter(
          ({ page, ...bundle }) =>
            names.some((name) => Object.hasOwn(bundle, name)) &&
            (page === undefined || template.endsWith(page)),
        );
        return fitting[nth % Math.max(1, fitting.length)];
      },
    };
  }
}

function drop(list: unknown[], value: unknown): void {
  const at = list.indexOf(value);
  if (at !== -1) list.splice(at, 1);
}

/** An answer that was a success. */
export interface Seen {
  readonly caller: string;
  /** Where it was asked, such as `/api/posts/{id}`. */
  readonly template: string;
  /** Whether it was made then, or is the caller's own. */
  readonly isMade: boolean;
  readonly schema: Schema;
  readonly value: unknown;
}

/** Remembers what an answer shows, by what its schema says of it. */
export function remember(
  memory: Memory,
  links: Links,
  { caller, template, isMade, schema, value }: Seen,
): void {
  const [resource = ""] = template.split("/{");
  const keepId = (path: string, id: unknown): void => {
    if (isMade) memory.keep(`made:${path}@${caller}`, id);
    memory.keep(`id:${path}@${caller}`, id);
    memory.keep(`id:${path}`, id);
  };
  const walk = (said: Schema, shown: unknown): void => {
    const component = componentOf(said);
    const { properties, items, anyOf } = links.resolve(said) as SchemaParts;
    if (Array.isArray(shown)) {
      for (const each of shown as readonly unknown[]) if (items !== undefined) walk(items, each);
      return;
    }
    if (!isRecord(shown)) return;
    // What may be a document of several collections is not told apart.
    const shapes = (anyOf ?? []).filter((each) => componentOf(each) !== undefined);
    const [shape] = shapes;
    if (shapes.length === 1 && shape !== undefined) walk(shape, shown);
    if (properties === undefined) return;
    const { id } = shown;
    const path = (component === undefined ? undefined : links.pathOf(component)) ?? resource;
    if (typeof id === "string") keepId(path, id);
    for (const [name, each] of Object.entries(properties)) {
      if (!Object.hasOwn(shown, name)) continue;
      const member = shown[name];
      if (component !== undefined && isScalar(member)) memory.keep(`value:${component}.${name}`, member);
      walk(each, member);
    }
  };
  walk(schema, value);
}

interface SchemaParts {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value can be compared with. Long ones would make addresses that no server takes. */
function isScalar(value: unknown): boolean {
  return ["string", "number", "boolean"].includes(typeof value) && String(value).length <= longest;
}

const longest = 200;
