import { join } from "node:path";

import { isPortFree } from "../services/ports.ts";
import { ServiceError } from "../services/service-error.ts";
import { command, developmentEnvironment, example, sources } from "./development.ts";
import { type Lifetime, main } from "./lifetime.ts";
import { runtimeProgram } from "./tools.ts";

await main((lifetime) => develop(lifetime, process.argv.slice(2)));

/** Brings up the example: its database, its tables, its data, its server; gives the server's exit code. */
async function develop(lifetime: Lifetime, [runtime, ...flags]: readonly string[]): Promise<number> {
  if (runtime !== "bun" && runtime !== "node") throw new ServiceError("Say which runtime: bun or node.");
  const program = runtimeProgram(runtime);
  const port = await checkedPort();
  const env = {
    ...(await developmentEnvironment(lifetime)),
    PORT: String(port),
    // Where the links in mails lead.
    APP_URL: process.env["APP_URL"] || `http://localhost:${port}`,
  };
  const steps = [
    { name: "The migration", file: process.execPath, args: [sources, command, "migrate"] },
    { name: "Loading the example's data", file: program, args: [sources, join(example, "src/load.ts")] },
  ];
  for (const { name, file, args } of steps) {
    const code = await lifetime.run({ file, args, cwd: example, env });
    if (code !== 0) {
      console.error(`${name} failed.`);
      return code;
    }
  }
  const args = [sources, ...flags, join(example, "src/server.ts")];
  return lifetime.run({ file: program, args, cwd: example, env });
}

async function checkedPort(): Promise<number> {
  const text = process.env["PORT"] ?? "";
  const port = text === "" ? 3000 : Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65_535)
    throw new ServiceError("PORT is not a port number.");
  if (!(await isPortFree(port))) {
    throw new ServiceError(`Port ${port} is taken: stop what listens there, or set PORT to another one.`);
  }
  return port;
}
