import { randomUUID } from "node:crypto";

import { afterAll, beforeAll, describe, expect, test } from "vitest";

import { client, visitor, type Visitor } from "./accounts.ts";
import { serveGuide, type ServedGuide } from "./guide.ts";

let guide: ServedGuide;
let people: { readonly ada: Visitor; readonly bob: Visitor; readonly admin: Visitor };
beforeAll(async () => {
  guide = await serveGuide();
  people = {
    ada: await visitor(guide, { name: "Ada" }),
    bob: await visitor(guide, { name: "Bob" }),
    admin: await visitor(guide, { name: "Root", role: "admin" }),
  };
});
afterAll(() => guide.stop());

const anonymous = () => client(guide.url);
const as = (who: keyof typeof people) => client(guide.url, people[who].headers);

/** The id of a place that visitors see, or that only editors do. */
async function placeId(status: "draft" | "published"): Promise<string> {
  const { data } = await guide.lucent
    .asSystem()
    .places.find({ where: { status }, perPage: 1, sort: "title" });
  return data[0]?.id ?? "";
}

describe("users", () => {
  test("nobody registers as more than a reader, or makes more of themselves", async () => {
    const account = {
      name: "Mallory",
      email: `${randomUUID()}@example.com`,
      password: `${randomUUID()} staple`,
    };
    const refused = await anonymous().users.register.post({ ...account, role: "admin" });
    expect([refused.status, refused.error?.value.code]).toEqual([403, "FORBIDDEN"]);
    const registered = await anonymous().users.register.post(account);
    expect([registered.status, registered.data?.user?.role]).toEqual([201, "reader"]);

    const { id } = people.ada;
    const promoted = await as("ada").users({ id }).patch({ role: "editor" });
    expect([promoted.status, promoted.error?.value.errors?.[0]?.path]).toEqual([403, "role"]);
    const verified = await as("ada").users({ id }).patch({ name: "Ada Lovelace" });
    expect(verified.data).toMatchObject({ name: "Ada Lovelace", role: "reader" });
    expect((await as("ada").users({ id: people.bob.id }).patch({ name: "Bobby" })).status).toBe(404);
  });

  test("an admin makes an editor, whose sessions are one from the next request on", async () => {
    const eve = await visitor(guide, { name: "Eve" });
    const drafts = async () =>
      (await client(guide.url, eve.headers).places.get({ query: { where: { status: "draft" } } })).data?.data
        .length;
    expect(await drafts()).toBe(0);
    const promoted = await as("admin").users({ id: eve.id }).patch({ role: "editor" });
    expect(promoted.data?.role).toBe("editor");
    expect(await drafts()).toBeGreaterThan(0);
  });

  test("names are public, addresses and roles are not", async () => {
    const { id, email } = people.ada;
    const shown = async (api: ReturnType<typeof client>) => (await api.users({ id }).get({ query: {} })).data;
    expect(await shown(anonymous())).toEqual(expect.not.objectContaining({ email, role: "reader" }));
    expect(Object.keys((await shown(as("bob"))) ?? {}).toSorted()).toEqual([
      "createdAt",
      "id",
      "name",
      "updatedAt",
    ]);
    expect(await shown(as("ada"))).toMatchObject({ email, role: "reader", emailVerified: false });
    const searched = await anonymous().users.get({ query: { where: { email } } });
    expect([searched.status, searched.error?.value.code]).toEqual([400, "UNKNOWN_FIELD"]);
  });
});

describe("places", () => {
  test("belong to whoever proposed them, which nobody else can say", async () => {
    const city = (await guide.lucent.asSystem().cities.find({ perPage: 1 })).data[0]?.id ?? "";
    const place = { title: "Ada's corner", kind: "cafe", city } as const;
    const forged = await as("ada").places.post({ ...place, author: people.bob.id });
    expect([forged.status, forged.error?.value.errors?.[0]?.path]).toEqual([403, "author"]);
    const { data } = await as("ada").places.post(place);
    expect(data).toMatchObject({ author: people.ada.id, status: "draft" });

    const id = data?.id ?? "";
    expect((await as("bob").places({ id }).get({ query: {} })).status).toBe(404);
    expect((await as("bob").places({ id }).patch({ title: "Bob's corner" })).status).toBe(404);
    expect((await as("ada").places({ id }).patch({ author: people.bob.id })).status).toBe(403);
    expect((await as("ada").places({ id }).patch({ note: "ask for the hours" })).data?.note).toBe(
      "ask for the hours",
    );
    expect((await as("admin").places({ id }).patch({ status: "published" })).data?.author).toBe(
      people.ada.id,
    );
    expect((await as("bob").places({ id }).get({ query: {} })).data).not.toHaveProperty("note");
    expect((await as("bob").places({ id }).patch({ title: "Bob's corner" })).status).toBe(404);
  });
});

describe("reviews", () => {
  test("are written once by each, and changed and taken back by their authors alone", async () => {
    const review = { place: await placeId("published"), rating: 4, text: "Go early." };
    expect((await anonymous().reviews.post(review)).status).toBe(401);
    const { data, status } = await as("ada").reviews.post(review);
    expect([status, data?.author]).toEqual([201, people.ada.id]);
    const again = await as("ada").reviews.post({ ...review, text: "Go late." });
    expect([again.status, again.error?.value.code]).toEqual([409, "CONFLICT"]);
    expect((await as("bob").reviews.post({ ...review, rating: 2 })).status).toBe(201);

    const id = data?.id ?? "";
    for (const who of ["bob", "admin"] as const) {
      expect((await as(who).reviews({ id }).patch({ rating: 1 })).status).toBe(404);
      expect((await as(who).reviews({ id }).delete()).status).toBe(404);
    }
    expect((await as("ada").reviews({ id }).patch({ rating: 5 })).data?.rating).toBe(5);
    const query = { where: { place: review.place }, sort: "rating", populate: "author" } as const;
    const { data: list } = await anonymous().reviews.get({ query });
    expect(list?.data).toMatchObject([
      { rating: 2, author: { name: "Bob" } },
      { rating: 5, author: { id: people.ada.id } },
    ]);
    expect((await as("ada").reviews({ id }).delete()).status).toBe(204);
    expect((await as("ada").reviews.post(review)).status).toBe(201);
  });

  test.each([0, 6, 4.5])("rate from 1 to 5, and %d is none of these", async (rating) => {
    const place = await placeId("published");
    const { status, error } = await as("ada").reviews.post({ place, rating, text: "Fine." });
    expect([status, error?.value.errors?.[0]?.path]).toEqual([422, "rating"]);
  });

  test("name no other author, no other place later, and no place that one does not see", async () => {
    const place = await placeId("draft");
    const hidden = await as("ada").reviews.post({ place, rating: 3, text: "Who told me?" });
    expect([hidden.status, hidden.error?.value.errors]).toEqual([
      422,
      [{ path: "place", rule: "relationship" }],
    ]);
    const { data } = await as("admin").reviews.post({ place, rating: 3, text: "Not yet." });
    const id = data?.id ?? "";
    const stolen = await as("admin").reviews({ id }).patch({ author: people.ada.id });
    expect([stolen.status, stolen.error?.value.errors?.[0]?.path]).toEqual([403, "author"]);
    const moved = await fetch(`${guide.url}/api/reviews/${id}`, {
      method: "PATCH",
      headers: { ...people.admin.headers, "content-type": "application/json" },
      body: JSON.stringify({ place: await placeId("published") }),
    });
    expect(await moved.json()).toMatchObject({ status: 422, errors: [{ path: "place", rule: "readOnly" }] });
  });
});
