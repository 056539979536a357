import type { HostApplication } from "@lucent/openapi";

/**
 * The application around the engine, for the description of its own routes. The configuration is there before it, and
 * commands run without it: `createApp` puts it here.
 */
export const host: { app: HostApplication } = { app: { routes: [] } };
