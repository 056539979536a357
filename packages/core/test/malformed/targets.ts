import * as fc from "fast-check";
import type { Arbitrary } from "fast-check";

import { nastyText, planted } from "./nasty.ts";
import { parameters } from "./queries.ts";

/** What real things the generator may name. */
export interface Known {
  readonly ids: readonly string[];
  readonly cursors: readonly string[];
  /** The `Host` that the application answers to. */
  readonly host: string;
}

/** Where a request goes. */
export interface Aim {
  readonly method: string;
  readonly path: string;
}

/** Where several operations are sent at once. */
export const batchPath = "/api/batch";

/** The collections that there are. */
export const slugs = ["things", "notes", "locked", "people"] as const;

/** The routes that there are. */
export function aims(known: Known): Arbitrary<Aim> {
  const slug = fc.oneof(
    { weight: 4, arbitrary: fc.constant("things") },
    { weight: 1, arbitrary: fc.constantFrom(...slugs) },
  );
  const id = fc.oneof(
    { weight: 5, arbitrary: fc.constantFrom(...known.ids) },
    { weight: 1, arbitrary: fc.constantFrom(...known.ids.map((each) => each.toUpperCase())) },
    { weight: 1, arbitrary: oddSegment },
  );
  return fc.oneof(
    { weight: 5, arbitrary: slug.map((name) => ({ method: "GET", path: `/api/${name}` })) },
    { weight: 5, arbitrary: slug.map((name) => ({ method: "POST", path: `/api/${name}/query` })) },
    { weight: 1, arbitrary: slug.map((name) => ({ method: "GET", path: `/api/${name}/count` })) },
    { weight: 6, arbitrary: slug.map((name) => ({ method: "POST", path: `/api/${name}` })) },
    {
      weight: 5,
      arbitrary: fc
        .tuple(slug, id)
        .map(([name, each]) => ({ method: "PATCH", path: `/api/${name}/${each}` })),
    },
    {
      weight: 2,
      arbitrary: fc.tuple(slug, id).map(([name, each]) => ({ method: "GET", path: `/api/${name}/${each}` })),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(slug, id)
        .map(([name, each]) => ({ method: "DELETE", path: `/api/${name}/${each}` })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(slug, id)
        .map(([name, each]) => ({ method: "POST", path: `/api/${name}/${each}/restore` })),
    },
    { weight: 4, arbitrary: fc.constant({ method: "POST", path: batchPath }) },
  );
}

/** Any method, any path. */
export function strayAims(known: Known): Arbitrary<Aim> {
  return fc.record({
    method: fc.constantFrom(
      "GET",
      "POST",
      "PATCH",
      "DELETE",
      "PUT",
      "HEAD",
      "OPTIONS",
      "TRACE",
      "PROPFIND",
      "SEARCH",
    ),
    path: fc.oneof(
      aims(known).map(({ path }) => path),
      fc.tuple(fc.constantFrom(...slugs), oddSegment, oddSegment).map((parts) => `/api/${parts.join("/")}`),
      oddSegment.map((segment) => `/api/${segment}`),
      fc.constantFrom(...oddPaths),
    ),
  });
}

/** Query strings, with their question mark. */
export function searches(known: Known): Arbitrary<string> {
  const sound = parameters(known.cursors).chain((pairs) =>
    fc.array(encodings, { minLength: pairs.length, maxLength: pairs.length }).map((how) => {
      const parts = pairs.map(
        ([name, value], at) => `${encodeURIComponent(well(name))}=${encoded(value, how[at])}`,
      );
      return parts.length === 0 ? "" : `?${parts.join("&")}`;
    }),
  );
  return fc.oneof({ weight: 12, arbitrary: sound }, { weight: 1, arbitrary: oddSearch });
}

const oddPaths = [
  "/api",
  "/api/",
  "/api//things",
  "/api/things/",
  "/api/things//",
  "/API/things",
  "/api/Things",
  "/api;x/things",
  "/api/things/../notes",
  "/api/./things",
  "/api/%2e%2e/things",
  "/api/things%2fquery",
  "/api%2fthings",
  "//api/things",
  "/api/health/live",
  "/api/health/ready",
  "/api/health",
  "/api/health/live/x",
  "/api/batch/",
  "/api/batch/things",
  "/api/things/restore",
  "/api/things//restore",
  "/api/files",
  "/api/docs",
  "/api/lucent_migrations",
  "/api/lucent",
  "/api/__proto__",
  "/api/constructor",
  "/api/openapi.json",
  "/",
  "/other",
  "/*",
] as const;

const oddSegment: Arbitrary<string> = fc.oneof(
  fc.constantFrom(
    "1",
    "null",
    "undefined",
    "%00",
    "%E0%A4%A",
    "%",
    "%zz",
    "%ED%A0%80",
    "a%2fb",
    "..",
    "%2e%2e",
    "*",
    "query",
  ),
  fc.constantFrom(
    "00000000-0000-0000-0000-000000000000",
    "'%20OR%201=1--",
    "-1",
    "1e9",
    "a:b",
    "a;b=c",
    "~",
    "@",
    "[]",
    "{}",
  ),
  fc.constantFrom(
    "a".repeat(2_000),
    "a".repeat(10_000),
    "%C3%A9",
    "%F0%9F%92%A9",
    "__proto__",
    "constructor",
    "toString",
  ),
  planted.map(encodeURIComponent),
  nastyText.map((text) => encodeURIComponent(well(text))),
);

const oddSearch: Arbitrary<string> = fc.constantFrom(
  "?",
  "?&",
  "?=",
  "?&&&=",
  "??",
  "?where",
  "?where=%",
  "?where=%ED%A0%80",
  "?where=%00",
  "?where=%C3",
  "?%00=1",
  "?perPage=1&perPage=100",
  "?page=1&cursor=x",
  "?where={}&where={}",
  "?sort=id&sort=-id&sort=title",
  "?a[b]=1",
  "?__proto__=1",
  "?constructor[prototype][x]=1",
  "?__proto__[x]=1",
  "?depth=1&depth=2",
  "?populate=owner&populate=tags",
  "?populate[]=owner",
  "?search=a&search=b",
  "?trashed=with&trashed=only",
  "?depth=3&perPage=100&populate=parent.parent.parent",
  "?select=*",
  "?select=title;drop",
  "?sort=id+desc",
  `?where=${"%5B".repeat(2_000)}`,
  `?x=${"y".repeat(9_000)}`,
);

type Encoding = "right" | "plus" | "twice" | "junk";
const encodings: Arbitrary<Encoding> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Encoding>("right") },
  { weight: 1, arbitrary: fc.constantFrom<Encoding>("plus", "twice", "junk") },
);

function encoded(value: string, how: Encoding | undefined): string {
  const right = encodeURIComponent(well(value));
  if (how === "plus") return right.replaceAll("%20", "+");
  if (how === "twice") return encodeURIComponent(right);
  return how === "junk" ? `${right}%F` : right;
}

/** A URL can't carry half a character. */
function well(text: string): string {
  return text.toWellFormed();
}
