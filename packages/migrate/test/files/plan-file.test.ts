import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { afterEach, beforeEach, describe, expect, it } from "vitest";

import { staleness } from "../../src/files/consent.ts";
import { type PlanFile, readPlanFile, writePlanFile } from "../../src/files/plan-file.ts";
import { noDecisions } from "../../src/model/decisions.ts";
import type { Plan } from "../../src/model/plan.ts";
import { doneOf, groupOf, planOf, stepOf } from "./plans.ts";

const title = stepOf("posts.title");
const slug = stepOf("posts.slug");
const drop = stepOf("posts.old", { kind: "dropColumn", hazard: "destructive", rows: 3 });
const plan = planOf([groupOf([title, slug]), groupOf([drop])], { warnings: ["Mind the gap."] });
const decisions = { ...noDecisions, dropOrphaned: true, drop: new Set(["posts.old"]) };

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "lucent-plan-"));
  path = join(folder, "plan.json");
});
afterEach(() => rm(folder, { recursive: true }));

async function saved(what: Plan = plan): Promise<PlanFile> {
  await writePlanFile(path, { plan: what, decisions, server: 180_001 });
  return readPlanFile(path);
}

async function edit(change: (text: string) => string): Promise<void> {
  await writeFile(path, change(await readFile(path, "utf8")));
}

describe("a plan file", () => {
  it("holds all that a review needs", async () => {
    await saved();
    const read: unknown = JSON.parse(await readFile(path, "utf8"));
    expect(read).toMatchObject({
      format: 1,
      engine: expect.stringMatching(/^\d+\.\d+\.\d+/),
      schema: "public",
      server: 180_001,
      createdAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      configuration: "c".repeat(64),
      warnings: ["Mind the gap."],
      hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      decisions: {
        dropOrphaned: true,
        drop: ["posts.old"],
        rewrite: [],
        backfill: [],
        expand: [],
        contract: false,
      },
      groups: [
        { mode: "transaction", steps: [title, slug] },
        { mode: "transaction", steps: [drop] },
      ],
    });
  });

  it("is read again", async () => {
    expect(await saved()).toMatchObject({
      schema: "public",
      steps: [{ object: "posts.title" }, { object: "posts.slug" }, { object: "posts.old" }],
      decisions: { dropOrphaned: true, drop: new Set(["posts.old"]), contract: false },
    });
  });

  it("is the same for the same plan, but for the time", async () => {
    const text = async (): Promise<string> =>
      (await readFile(path, "utf8")).replace(/"createdAt": "[^"]+"/, "");
    await saved();
    const first = await text();
    await saved();
    expect(await text()).toBe(first);
  });

  it("may be laid out anew, and its time may change", async () => {
    await saved();
    await edit((text) => JSON.stringify({ ...(JSON.parse(text) as object), createdAt: "yesterday" }));
    expect((await readPlanFile(path)).steps).toHaveLength(3);
  });

  it.each<[string, (text: string) => string]>([
    ["one more consent", (text) => text.replace('"posts.old"\n', '"posts.old",\n"posts.title"\n')],
    ["another step", (text) => text.replace('add column \\"posts\\"', 'ADD column \\"posts\\"')],
    ["a step less", (text) => text.replaceAll('"destructive"', '"safe"')],
    ["another schema", (text) => text.replace('"schema": "public"', '"schema": "other"')],
    ["a hash of no text", (text) => text.replace(/"hash": "[0-9a-f]{64}"\n\}/, '"hash": 1\n}')],
  ])("is refused with %s", async (_, change) => {
    await saved();
    const before = await readFile(path, "utf8");
    await edit(change);
    expect(await readFile(path, "utf8")).not.toBe(before);
    await expect(readPlanFile(path)).rejects.toMatchObject({
      refusal: { code: "STALE_PLAN", object: path, message: expect.stringContaining("was changed") },
    });
  });

  it.each([
    ["", "is no plan file"],
    ["[]", "is no plan file"],
    ["null", "is no plan file"],
    ['{"format":2}', "of this version"],
  ])("%j is none", async (text, message) => {
    await writeFile(path, text);
    await expect(readPlanFile(path)).rejects.toMatchObject({
      refusal: { message: expect.stringContaining(message) },
    });
  });
});

describe("the consent of a plan file", () => {
  it("holds for the same plan", async () => {
    expect(staleness(await saved(), plan, doneOf())).toEqual([]);
  });

  it("does not mind other row counts and warnings", async () => {
    const now = planOf([groupOf([title, slug]), groupOf([{ ...drop, rows: 9 }])]);
    expect(staleness(await saved(), now, doneOf())).toEqual([]);
  });

  it("Q02: a step that is not in the file is refused by its object", async () => {
    const other = stepOf("posts.subtitle");
    const now = planOf([groupOf([title, other, slug]), groupOf([drop])]);
    expect(staleness(await saved(), now, doneOf())).toMatchObject([
      { code: "STALE_PLAN", object: "posts.subtitle", message: expect.stringContaining(other.title) },
    ]);
  });

  it("Q02: the same object with other SQL is another step", async () => {
    const longer = stepOf("posts.slug", { statements: ["alter table x"] });
    expect(
      staleness(await saved(), planOf([groupOf([title, longer]), groupOf([drop])]), doneOf()),
    ).toMatchObject([{ object: "posts.slug" }]);
  });

  it("Q02: a step that somebody else did by hand is refused by its object", async () => {
    expect(staleness(await saved(), planOf([groupOf([title]), groupOf([drop])]), doneOf())).toMatchObject([
      { code: "STALE_PLAN", object: "posts.slug", message: expect.stringContaining("not need") },
    ]);
  });

  it("an interrupted run is continued", async () => {
    expect(staleness(await saved(), planOf([groupOf([drop])]), doneOf(title, slug))).toEqual([]);
    expect(staleness(await saved(), planOf([]), doneOf(title, slug, drop))).toEqual([]);
    expect(staleness(await saved(), planOf([]), doneOf(title, slug))).toMatchObject([
      { object: "posts.old" },
    ]);
  });

  it("what a killed build left may go, but only before the reviewed build of that index", async () => {
    const object = "posts.posts_slug_idx";
    const build = stepOf(object, { kind: "buildIndex", title: "build it" });
    const leftover = stepOf(object, { kind: "dropIndex", title: "drop it" });
    const file = await saved(planOf([groupOf([build], { mode: "alone" })]));
    expect(staleness(file, planOf([groupOf([leftover]), groupOf([build])]), doneOf())).toEqual([]);
    expect(staleness(file, planOf([groupOf([leftover])]), doneOf(build))).toMatchObject([{ object }]);
    const other = stepOf("posts.other_idx", { kind: "dropIndex" });
    expect(staleness(file, planOf([groupOf([other]), groupOf([build])]), doneOf())).toMatchObject([
      { object: "posts.other_idx" },
    ]);
  });

  it("ends with the configuration and the schema that it was made for", async () => {
    const file = await saved();
    const other = planOf([groupOf([stepOf("posts.new")])], { configuration: "d".repeat(64) });
    expect(staleness(file, other, doneOf())).toMatchObject([
      { object: "posts.new", message: expect.stringContaining("another configuration") },
    ]);
    expect(staleness(file, { ...plan, configuration: "d".repeat(64) }, doneOf())).toMatchObject([
      { object: path, message: expect.stringContaining("another configuration") },
    ]);
    expect(staleness(file, { ...plan, schema: "other" }, doneOf())).toMatchObject([
      { message: expect.stringContaining("another schema") },
    ]);
  });
});
