import { command, developmentEnvironment, example, sources } from "./development.ts";
import { main } from "./lifetime.ts";

// The example's own `lucent`, on the database that `dev` uses.
await main(async (lifetime) => {
  const env = await developmentEnvironment(lifetime);
  const args = [sources, command, ...process.argv.slice(2)];
  return lifetime.run({ file: process.execPath, args, cwd: example, env });
});
