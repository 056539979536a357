import { node } from "@elysia/node";
import { defineConfig, lucent } from "@lucent/core";
import { Elysia } from "elysia";

import { places } from "../places.ts";
import { address, isBun } from "./listen.ts";

const config = defineConfig({ collections: [places], logger: false });

new Elysia(isBun ? {} : { adapter: node() }).use(await lucent(config)).listen(address);
