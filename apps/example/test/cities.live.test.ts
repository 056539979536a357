import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { visitor } from "./accounts.ts";
import { serveGuide, type ServedGuide } from "./guide.ts";

interface Page {
  readonly data: readonly { readonly id: string; readonly name: string }[];
  readonly meta: {
    readonly hasNextPage: boolean;
    readonly nextCursor: string | null;
    readonly total?: number;
  };
}

let guide: ServedGuide;
beforeAll(async () => {
  guide = await serveGuide();
});
afterAll(() => guide.stop());

async function page(parameters: Record<string, string>): Promise<Page> {
  const response = await fetch(`${guide.url}/api/cities?${new URLSearchParams(parameters).toString()}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Page;
}

/** Follows `nextCursor` to the end. */
async function walk(parameters: Record<string, string>): Promise<Page["data"]> {
  const found = [];
  let cursor: string | null = "";
  while (cursor !== null) {
    const { data, meta }: Page = await page(cursor === "" ? parameters : { ...parameters, cursor });
    expect(meta.hasNextPage).toBe(meta.nextCursor !== null);
    found.push(...data);
    cursor = meta.nextCursor;
  }
  return found;
}

describe("paging by nextCursor", () => {
  test.each(["", "-name", "lat", "-admin2,name", "country,-lng"])(
    "visits every city exactly once, sorted by %j",
    async (sort) => {
      const walked = await walk({ perPage: "100", ...(sort === "" ? {} : { sort }) });
      const total = await guide.lucent.asSystem().cities.count();
      expect(total).toBeGreaterThan(4_000);
      expect(walked.length).toBe(total);
      expect(new Set(walked.map(({ id }) => id)).size).toBe(total);
    },
  );

  test("keeps the order that was asked for", async () => {
    const names = (await walk({ perPage: "100" })).map(({ name }) => name);
    // The test server compares text by code point.
    const sorted = names.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    expect(names).toEqual(sorted);
  });

  test("ends where the filter ends", async () => {
    const where = JSON.stringify({ name: { like: "paris" } });
    const walked = await walk({ where, perPage: "3", sort: "-name" });
    expect(walked.every(({ name }) => name.toLowerCase().includes("paris"))).toBe(true);
    expect(walked.length).toBe(await guide.lucent.asSystem().cities.count({ name: { like: "paris" } }));
  });
});

test("nobody writes cities over HTTP, signed in or not", async () => {
  const { data } = await page({ perPage: "1" });
  const target = `${guide.url}/api/cities/${data[0]?.id ?? ""}`;
  const body = JSON.stringify({ name: "Atlantis" });
  const headers = { "content-type": "application/json" };
  const { headers: admin } = await visitor(guide, { role: "admin" });
  const anonymous = await fetch(target, { method: "PATCH", body, headers });
  const signedIn = await fetch(target, { method: "PATCH", body, headers: { ...headers, ...admin } });
  expect([anonymous.status, signedIn.status]).toEqual([401, 403]);
});
