import type { Collection } from "./contract/collection.ts";
import type { Config } from "./contract/config.ts";
import { type LucentPlugin, mount } from "./elysia.ts";
import { start } from "./start.ts";

/**
 * Starts an application and returns its Elysia plugin: `new Elysia().use(await lucent(config))`. The plugin is ready
 * when it is mounted; mount it before your own routes.
 * @param environment Where variables are read from. Default `process.env`.
 * @throws BootError when the configuration, the environment or the database does not allow a start.
 */
export async function lucent<const C extends readonly Collection[], const P extends string = "/api">(
  config: Config<C, P>,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<LucentPlugin<C, P>> {
  return mount<C, P>(await start(config, environment));
}
