import { treaty } from "@elysia/eden";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

import type { App } from "../src/app.ts";
import { firstPlaces } from "../src/guide/first-places.ts";
import { serveGuide, type ServedGuide } from "./guide.ts";

let guide: ServedGuide;
beforeAll(async () => {
  guide = await serveGuide();
});
afterAll(() => guide.stop());

/** A typed client, for a caller with these headers. */
function client(headers: Record<string, string> = {}) {
  return treaty<App>(guide.url, { parseDate: false, headers }).api;
}

const anonymous = () => client();
const ada = () => client({ "x-development-user": "ada" });
const editor = () => client({ "x-development-user": "eve", "x-development-role": "editor" });

async function lisbon(): Promise<string> {
  const { data } = await anonymous().cities.get({ query: { where: { name: "Lisbon" }, select: ["id"] } });
  const [city] = data?.data ?? [];
  if (city === undefined) throw new TypeError("the test data has no Lisbon");
  return city.id;
}

describe("reading", () => {
  test("an anonymous caller sees what is published, and nothing else by any way", async () => {
    const list = await anonymous().places.get({ query: { perPage: 100 } });
    const drafts = await anonymous().places.get({ query: { where: { not: { status: "published" } } } });
    const count = await anonymous().places.count.get({ query: {} });
    const published = firstPlaces.filter(({ status }) => status === "published");
    expect(list.data?.data.map(({ slug }) => slug).toSorted()).toEqual(
      published.map(({ slug }) => slug).toSorted(),
    );
    expect(drafts.data?.data).toEqual([]);
    expect(count.data).toEqual({ count: published.length });
  });

  test("a draft that exists answers an anonymous caller like one that does not", async () => {
    const found = await ada().places.get({ query: { where: { status: "draft" }, perPage: 1 } });
    const id = found.data?.data[0]?.id ?? "";
    const hidden = await anonymous().places({ id }).get({ query: {} });
    const absent = await anonymous()
      .places({ id: "01900000-0000-7000-8000-000000000000" })
      .get({ query: {} });
    expect([hidden.status, absent.status]).toEqual([404, 404]);
    expect({ ...hidden.error?.value, requestId: "" }).toEqual({ ...absent.error?.value, requestId: "" });
    expect((await ada().places({ id }).get({ query: {} })).data?.status).toBe("draft");
  });

  test("whoever is signed in sees drafts", async () => {
    const { data } = await ada().places.get({ query: { where: { status: { eq: "draft" } } } });
    expect(data?.data.length).toBe(firstPlaces.filter(({ status }) => status === "draft").length);
  });

  test("where is an object, sort and select are arrays, dates stay texts", async () => {
    const { data } = await anonymous().places.get({
      query: {
        where: { or: [{ kind: "park" }, { rating: { gte: "4.6" } }] },
        sort: ["-rating", "title"],
        select: ["title", "rating", "createdAt"],
        count: "exact",
      },
    });
    expect(data?.data.map(({ title, rating }) => [title, rating])).toEqual([
      ["Kadriorg Park", "4.8"],
      ["Karura Forest", "4.7"],
      ["Miradouro da Senhora do Monte", "4.7"],
      ["Museu Nacional do Azulejo", "4.6"],
    ]);
    expect(data?.meta.total).toBe(4);
    expect(data?.data[0]?.createdAt).toMatch(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/);
  });

  test("a long filter goes into the body of a query", async () => {
    const slugs = firstPlaces.map(({ slug }) => slug);
    const { data } = await ada().places.query.post({ where: { slug: { in: slugs } }, perPage: 100 });
    expect(data?.data.length).toBe(firstPlaces.length);
  });
});

describe("writing", () => {
  test("create, update and delete, each by who may", async () => {
    const place = { title: "Tram 28", slug: "tram-28", kind: "sight", city: await lisbon() } as const;
    const refused = await anonymous().places.post(place);
    expect([refused.status, refused.error?.value.code]).toEqual([401, "UNAUTHENTICATED"]);

    const created = await ada().places.post(place);
    expect(created.status).toBe(201);
    expect(created.data).toMatchObject({ title: "Tram 28", status: "draft", body: null, rating: null });
    const id = created.data?.id ?? "";

    const updated = await ada().places({ id }).patch({ status: "published", rating: "3.5" });
    expect(updated.data).toMatchObject({ status: "published", rating: "3.5", title: "Tram 28" });
    expect((await anonymous().places({ id }).get({ query: {} })).data?.title).toBe("Tram 28");

    const forbidden = await ada().places({ id }).delete();
    expect([forbidden.status, forbidden.error?.value.code]).toEqual([403, "FORBIDDEN"]);
    expect((await editor().places({ id }).delete()).status).toBe(204);
    expect((await editor().places({ id }).get({ query: {} })).status).toBe(404);
  });

  test("an error is a problem that lists every path", async () => {
    const place = { title: "Tram 28", slug: "tram-28", kind: "sight", city: await lisbon() } as const;
    const { error, status } = await ada().places.post({ ...place, title: "T", slug: "No Slug" });
    expect(status).toBe(422);
    expect(error?.value).toMatchObject({ type: "urn:lucent:problem:validation", code: "VALIDATION" });
    const found = error?.value.errors?.map(({ path, rule }) => `${path} ${rule}`).toSorted();
    expect(found).toEqual(["slug pattern", "title minLength"]);

    const rated = await ada().places.post({ ...place, rating: "5.1" });
    expect(rated.error?.value.errors).toEqual([{ path: "rating", rule: "max" }]);
    const nowhere = await ada().places.post({ ...place, city: "01900000-0000-7000-8000-000000000000" });
    expect(nowhere.error?.value.errors).toEqual([{ path: "city", rule: "relationship" }]);
  });

  test("a slug is taken once", async () => {
    const place = { title: "Another", slug: "telliskivi", kind: "cafe", city: await lisbon() } as const;
    const { error, status } = await ada().places.post(place);
    expect([status, error?.value.code]).toEqual([409, "CONFLICT"]);
  });
});
