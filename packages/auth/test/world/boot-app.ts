import { lucent } from "@lucent/core";

import { auth } from "../../src/plugin.ts";
import { posts, staff, users } from "./collections.ts";

// An application in a process of its own: starts with what its environment says, says so, and ends.
const plugin = await lucent({ collections: [users, staff, posts], plugins: [auth()], logger: false });
process.stdout.write("started\n");
await plugin.decorator.lucent.stop();
