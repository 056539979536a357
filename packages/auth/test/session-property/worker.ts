import { createInterface } from "node:readline";

import { openPool } from "../world/store.ts";
import { type Paced, performOn } from "./operation.ts";

/** One operation to do, as a line of JSON. */
export interface Order extends Paced {
  readonly number: number;
  readonly userId: string;
}

// A process of its own that does what it is told on standard input, and answers on standard output.
const { database, close } = openPool(process.env["STORE_URL"] ?? "");
const perform = performOn(database);
const lines = createInterface({ input: process.stdin });

lines.on("line", (line) => {
  const { number, userId, ...paced } = JSON.parse(line) as Order;
  perform(userId, paced).then(
    (outcome) => process.stdout.write(`${JSON.stringify({ number, outcome })}\n`),
    (error: unknown) => process.stdout.write(`${JSON.stringify({ number, outcome: String(error) })}\n`),
  );
});
lines.on("close", () => void close());
