/** A process that migrates, and is killed with SIGKILL: its order comes in the variable CRASH. See killed.ts. */
import { openDatabase } from "@lucent/core";

import type { KillOrder } from "./killed.ts";
import { heldAt, posted, strikeBehind } from "./messages.ts";
import { ending, release, run } from "./story.ts";

const order: KillOrder = JSON.parse(process.env["CRASH"] ?? "");
const waiting = new Set(order.runs);

const killed = (): void => void process.kill(process.pid, "SIGKILL");

/** Each run waits at its place; when all are there, the process is gone with all of them. */
function arrive(at: KillOrder["runs"][number]): Promise<never> {
  waiting.delete(at);
  if (waiting.size === 0) killed();
  return new Promise<never>(() => undefined);
}

for (const each of order.runs) {
  const { database } = openDatabase({ collections: [], database: { url: each.url } }, {});
  const post =
    order.moment === "before" ? heldAt(each.place, () => arrive(each)) : strikeBehind(each.place, killed);
  void run(posted(database, post), order.release === "ending" ? ending : release).then(({ kind }) => {
    if (each.place >= order.messages) return arrive(each);
    process.stderr.write(`${kind} without having been at ${each.place}\n`);
    return process.exit(1);
  });
}
