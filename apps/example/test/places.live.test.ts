import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { firstPlaces } from "../src/guide/first-places.ts";
import { client, visitor, type Visitor } from "./accounts.ts";
import { serveGuide, type ServedGuide } from "./guide.ts";

let guide: ServedGuide;
// Ada reads, and writes what is her own; Eve is an editor.
let people: { readonly ada: Visitor; readonly eve: Visitor };
beforeAll(async () => {
  guide = await serveGuide();
  people = { ada: await visitor(guide), eve: await visitor(guide, { name: "Eve", role: "editor" }) };
});
afterAll(() => guide.stop());

const anonymous = () => client(guide.url);
const ada = () => client(guide.url, people.ada.headers);
const eve = () => client(guide.url, people.eve.headers);

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
    const found = await eve().places.get({ query: { where: { status: "draft" }, perPage: 1 } });
    const id = found.data?.data[0]?.id ?? "";
    const hidden = await anonymous().places({ id }).get({ query: {} });
    const absent = await anonymous()
      .places({ id: "01900000-0000-7000-8000-000000000000" })
      .get({ query: {} });
    expect([hidden.status, absent.status]).toEqual([404, 404]);
    expect({ ...hidden.error?.value, requestId: "" }).toEqual({ ...absent.error?.value, requestId: "" });
    expect((await eve().places({ id }).get({ query: {} })).data?.status).toBe("draft");
  });

  test("editors see drafts, whoever else is signed in does not", async () => {
    const query = { where: { status: { eq: "draft" } } } as const;
    const drafts = firstPlaces.filter(({ status }) => status === "draft");
    expect((await eve().places.get({ query })).data?.data.length).toBe(drafts.length);
    expect((await ada().places.get({ query })).data?.data).toEqual([]);
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

  test("filters and sorts follow relationships, and populate puts documents in the place of ids", async () => {
    const { data } = await anonymous().places.get({
      query: {
        where: { "city.country.region": { in: ["Asia", "Africa"] } },
        sort: ["city.name", "-rating"],
        populate: "city.country",
      },
    });
    expect(data?.data).toMatchObject([
      { title: "Philosopher's Path", city: { name: "Kyoto", country: { cca2: "JP" } } },
      { title: "Nishiki Market", city: { name: "Kyoto", country: { cca2: "JP" } } },
      { title: "Karura Forest", city: { name: "Nairobi", country: { cca2: "KE" } } },
    ]);
  });

  test("search looks at what the caller may see", async () => {
    const titles = async (api: ReturnType<typeof client>) =>
      (await api.places.get({ query: { search: "market" } })).data?.data.map(({ title }) => title).toSorted();
    expect(await titles(anonymous())).toEqual(["Nishiki Market", "Telliskivi"]);
    expect(await titles(eve())).toEqual(["A café whose name we forgot", "Nishiki Market", "Telliskivi"]);
  });

  test("tags are found one by one, together, and by what is missing", async () => {
    const titles = async (where: object) =>
      (await anonymous().places.get({ query: { where, sort: "title" } })).data?.data.map(
        ({ title }) => title,
      );
    expect(await titles({ tags: { all: ["free", "evening"] } })).toEqual([
      "Miradouro da Senhora do Monte",
      "Telliskivi",
    ]);
    expect(await titles({ tags: { any: ["children", "rain"], notContains: "free" } })).toEqual([
      "Karura Forest",
      "Museu Nacional do Azulejo",
      "Nishiki Market",
    ]);
  });

  test("a note is for those who write the guide, also in a filter", async () => {
    const where = { note: { exists: true } };
    const noted = await eve().places.get({ query: { where, select: ["note"] } });
    expect(noted.data?.data.map(({ note }) => note)).toHaveLength(3);
    const [place] = (await anonymous().places.get({ query: {} })).data?.data ?? [];
    expect(place).toHaveProperty("tags");
    expect(place).not.toHaveProperty("note");
    const refused = await anonymous().places.get({ query: { where } });
    expect([refused.status, refused.error?.value.code]).toEqual([400, "UNKNOWN_FIELD"]);
  });

  test("a long filter goes into the body of a query", async () => {
    const slugs = firstPlaces.map(({ slug }) => slug);
    const { data } = await eve().places.query.post({ where: { slug: { in: slugs } }, perPage: 100 });
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

    expect((await ada().places({ id }).patch({ rating: "3.5" })).data?.rating).toBe("3.5");
    const promoted = await ada().places({ id }).patch({ status: "published" });
    expect([promoted.status, promoted.error?.value.errors]).toEqual([
      403,
      [{ path: "status", rule: "readOnly" }],
    ]);
    const updated = await eve().places({ id }).patch({ status: "published" });
    expect(updated.data).toMatchObject({ status: "published", rating: "3.5", author: people.ada.id });
    expect((await anonymous().places({ id }).get({ query: {} })).data?.title).toBe("Tram 28");

    const forbidden = await ada().places({ id }).delete();
    expect([forbidden.status, forbidden.error?.value.code]).toEqual([403, "FORBIDDEN"]);
    expect((await eve().places({ id }).delete()).status).toBe(204);
    expect((await eve().places({ id }).get({ query: {} })).status).toBe(404);
  });

  test("a new place gets its slug from its title, unless it brings one", async () => {
    const place = { kind: "cafe", city: await lisbon() } as const;
    const slugOf = async (more: { readonly title: string; readonly slug?: string }) =>
      (await ada().places.post({ ...place, ...more })).data?.slug;
    expect(await slugOf({ title: "A Brasileira: Café & Pão!" })).toBe("a-brasileira-cafe-pao");
    expect(await slugOf({ title: "A Brasileira", slug: "brasileira" })).toBe("brasileira");
    expect(await slugOf({ title: "喫茶店" })).toBeNull();
  });

  test("what is deleted is seen and restored by editors alone, and its slug is free meanwhile", async () => {
    const place = { title: "Short-lived", kind: "cafe", city: await lisbon() } as const;
    const id = (await ada().places.post(place)).data?.id ?? "";
    await eve().places({ id }).delete();
    const trashed = { query: { trashed: "only", where: { slug: "short-lived" } } } as const;
    expect((await eve().places.get(trashed)).data?.data).toMatchObject([{ id, title: "Short-lived" }]);
    expect((await ada().places.get(trashed)).status).toBe(403);
    expect((await ada().places({ id }).restore.post()).status).toBe(403);

    const successor = (await ada().places.post(place)).data?.id ?? "";
    expect((await eve().places({ id }).restore.post()).status).toBe(409);
    await eve().places({ id: successor }).delete();
    const restored = await eve().places({ id }).restore.post();
    expect(restored.data).toMatchObject({ id, deletedAt: null });
    expect((await ada().places({ id }).get({ query: {} })).status).toBe(200);
  });

  test("of two updates of one version the second is refused", async () => {
    const place = { title: "Contested", kind: "sight", city: await lisbon() } as const;
    const created = await ada().places.post(place);
    const id = created.data?.id ?? "";
    const headers = { "if-match": created.response.headers.get("etag") ?? "" };
    const first = await ada().places({ id }).patch({ rating: "4" }, { headers });
    const second = await ada().places({ id }).patch({ rating: "1" }, { headers });
    expect([first.status, second.status, second.error?.value.code]).toEqual([
      200,
      412,
      "PRECONDITION_FAILED",
    ]);
    expect((await ada().places({ id }).get({ query: {} })).data?.rating).toBe("4.0");
  });

  test("a batch happens as a whole or not at all", async () => {
    const place = { kind: "market", city: await lisbon() } as const;
    const create = (title: string) =>
      ({ op: "create", collection: "places", data: { ...place, title } }) as const;
    const before = await guide.lucent.asSystem().places.count();
    const failed = await ada().batch.post({ operations: [create("Mercado"), create("Telliskivi")] });
    expect([failed.status, failed.error?.value.operation]).toEqual([409, 1]);
    expect(await guide.lucent.asSystem().places.count()).toBe(before);

    const done = await ada().batch.post({ operations: [create("Mercado"), create("Feira")] });
    expect(done.data?.results).toMatchObject([{ slug: "mercado" }, { slug: "feira" }]);
    expect(await guide.lucent.asSystem().places.count()).toBe(before + 2);
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
