import { faultsOf, opened, releases, stateOf } from "./ground.ts";
import { run } from "./story.ts";
import type { Undisturbed } from "./undisturbed.ts";

/** What a database is compared with. */
export interface Expected {
  readonly release: "release" | "ending";
  readonly whole: Undisturbed;
}

/** Runs a release again on what an interrupted run left. Answers in what the result differs from an undisturbed run's. */
export async function differences(url: string, { release, whole }: Expected): Promise<readonly string[]> {
  return opened(url, async (here) => {
    const { kind, ...rest } = await run(here.database, releases[release]);
    if (kind !== "applied" && kind !== "current") return [`${kind}: ${JSON.stringify(rest)}`];
    const { objects, rows } = await stateOf(here);
    const again = await run(here.database, releases[release], { dryRun: true });
    return [
      ...(await faultsOf(here)),
      ...compared(objects, whole.state.objects),
      ...compared(rows, whole.state.rows),
      ...(again.kind === "current" ? [] : [`a third run would be ${again.kind}`]),
    ];
  });
}

function compared(found: readonly string[], expected: readonly string[]): readonly string[] {
  return [
    ...expected.filter((line) => !found.includes(line)).map((line) => `missing: ${line}`),
    ...found.filter((line) => !expected.includes(line)).map((line) => `too much: ${line}`),
  ];
}
