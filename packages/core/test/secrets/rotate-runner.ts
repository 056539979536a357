/** A process that rotates secrets, and may be killed with SIGKILL on the way. See rotating.ts. */
import { openDatabase, type Runner } from "@lucent/core";

import { readKeys } from "../../src/secrets/encryption-keys.ts";
import { rotateSecrets } from "../../src/secrets/rotate.ts";

const config = { collections: [] };
const keys = readKeys({ options: {}, environment: process.env, blueprint: { config } });
const { database, close } = openDatabase(config);
const killedAt = Number(process.env["KILLED_AT"]);
let statements = 0;

const mortal: Runner = {
  async run(statement) {
    statements += 1;
    const rows = database.run(statement);
    if (statements === killedAt) {
      // It is on its way, or has been carried out: both must be fine.
      if (statements % 2 === 0) await rows;
      process.kill(process.pid, "SIGKILL");
    }
    return rows;
  },
};

await rotateSecrets({ database: mortal, keys });
await close();
