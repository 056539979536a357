import { expect } from "vitest";

import type { Asked, World } from "../world/database.ts";
import { fingerprints } from "../world/fingerprints.ts";
import { planOf } from "../world/scenario.ts";
import { planFaults, rowFaults, stepsOf } from "../world/universal.ts";
import { type Pair, tablesOf } from "./pairs.ts";
import { dangling, insertsOf } from "./rows.ts";
import { losses, stored } from "./survival.ts";

/** Makes the first schema with its rows, then asks for the second one. */
export async function play(here: World, pair: Pair): Promise<"applied" | "refused" | "current"> {
  await here.sql("drop schema public cascade");
  await here.sql("create schema public");
  const first = await here.apply(tablesOf(pair, "before"));
  expect(first, "the first schema").toMatchObject({ kind: "applied" });
  await store(here, pair);
  const [dump, prints, values] = [await here.dump(), await fingerprints(here), await stored(here)];
  const asked = decided(pair);
  const outcome = await here.apply(tablesOf(pair, "after"), asked);
  const plan = planOf(outcome);
  expect(planFaults(plan)).toEqual([]);
  if (outcome.kind === "refused") {
    expect(await here.dump()).toEqual(dump);
    expect(await fingerprints(here)).toEqual(prints);
    return "refused";
  }
  expect(["applied", "current"]).toContain(outcome.kind);
  expect(rowFaults(plan, prints, await fingerprints(here))).toEqual([]);
  expect(losses(plan, values, await stored(here))).toEqual([]);
  const again = planOf(await here.apply(tablesOf(pair, "after"), { ...asked, dryRun: true }));
  expect({ refusals: again.refusals, steps: stepsOf(again) }).toEqual({ refusals: [], steps: [] });
  return outcome.kind === "applied" ? "applied" : "current";
}

/** Rows in any order: references lead to and fro. */
async function store(here: World, pair: Pair): Promise<void> {
  const inserts = insertsOf(pair);
  if (inserts.length === 0) return;
  const cleaning = dangling(pair);
  // As often as there are tables in a row of references.
  const rounds = pair.tables.flatMap(() => [...cleaning, ...cleaning]);
  await here.script(
    ["set local session_replication_role = replica", ...inserts, ...rounds]
      .map((text) => `${text};`)
      .join("\n"),
  );
}

function decided({ isBackfilled, isDropped, ...pair }: Pair): Asked {
  const tables = tablesOf({ isBackfilled, isDropped, ...pair }, "after");
  const former = tablesOf({ isBackfilled, isDropped, ...pair }, "before");
  const columns = tables.flatMap(({ name, columns: of }) => of.map((each) => `${name}.${each.name}`));
  const names = [...former, ...tables].flatMap(({ name, columns: of }) => [
    name,
    ...of.map((each) => `${name}.${each.name}`),
  ]);
  return {
    decisions: {
      ...(isBackfilled ? { backfill: new Set(columns) } : {}),
      ...(isDropped ? { dropOrphaned: true, drop: new Set(names) } : {}),
    },
  };
}
