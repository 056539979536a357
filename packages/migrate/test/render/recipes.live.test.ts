import { afterEach, describe, expect, it } from "vitest";

import type { Live } from "../../src/model/live.ts";
import type { Group } from "../../src/model/step.ts";
import { forbiddenIn } from "../world/statements.ts";
import { type Ground, ground, type Wish } from "./ground.ts";
import type { Recipe } from "./recipe.ts";
import { recipes } from "./recipes.ts";

let grounds: Ground[] = [];
afterEach(async () => {
  await Promise.all(grounds.map((each) => each.end()));
  grounds = [];
});

async function begun({ start, rows }: Recipe): Promise<Ground> {
  const here = await ground();
  grounds.push(here);
  await here.reach({ tables: start });
  if (rows !== "") await here.sql(`do $rows$ begin ${rows} end $rows$`);
  return here;
}

/** What a plan is about: estimates and the room that dropped columns keep are not. */
function shapeOf({ tables, managed }: Live): unknown {
  return {
    tables: new Map(
      [...tables].map(([name, { columns, indexes, constraints }]) => [
        name,
        { columns, indexes, constraints },
      ]),
    ),
    managed,
  };
}

/** What no statement of a plan may hold. */
function faultsOf({ steps }: Group): readonly string[] {
  return steps.flatMap(({ statements }) =>
    statements.flatMap((text) => forbiddenIn(text).map((fault) => `${fault}: ${text}`)),
  );
}

async function played(
  recipe: Recipe,
  play: (here: Ground, wish: Wish) => Promise<readonly Group[]>,
): Promise<unknown> {
  const { wish, later, keeps, holds } = recipe;
  const here = await begun(recipe);
  const before = keeps === undefined ? [] : await here.sql(keeps);
  for (const each of [wish, ...(later === undefined ? [] : [later])]) {
    const groups = await play(here, each);
    expect(groups.length).toBeGreaterThan(0);
    expect(groups.flatMap(faultsOf)).toEqual([]);
  }
  if (keeps !== undefined) expect(await here.sql(keeps)).toEqual(before);
  if (holds !== undefined) expect(await here.sql(holds)).toEqual([[true]]);
  expect(await here.plan({ tables: wish.tables })).toEqual([]);
  return shapeOf(await here.live(wish.tables));
}

describe("each recipe takes the locks that it says, and leads to the same on every way", () => {
  it.each(recipes.map((recipe) => [recipe.name, recipe] as const))("%s", async (_, recipe) => {
    const [direct, online, interrupted] = await Promise.all([
      played(recipe, (here, wish) => here.reach({ ...wish, online: false })),
      played(recipe, (here, wish) => here.reach({ ...wish, online: true })),
      played(recipe, (here, wish) => creep(here, { ...wish, online: true })),
    ]);
    expect(online).toEqual(direct);
    expect(interrupted).toEqual(direct);
  });
});

/** Stops behind each group, and plans anew: what an interrupted run leaves must be enough to go on with. */
async function creep(here: Ground, wish: Wish): Promise<readonly Group[]> {
  const done: Group[] = [];
  for (let groups = await here.plan(wish); groups.length > 0; groups = await here.plan(wish)) {
    await here.run(groups.slice(0, 1));
    done.push(...groups.slice(0, 1));
    expect(done.length, "comes to an end").toBeLessThan(20);
  }
  return done;
}
