import { main } from "./lifetime.ts";
import { runSuite } from "./suite.ts";

// The full numbers of every property test take too long for each change, and one runtime is enough for them.
await main((lifetime) =>
  runSuite(lifetime, { legs: ["node"], filters: process.argv.slice(2), env: { LUCENT_LONG: "1" } }),
);
