import type { User } from "@lucent/core";

import type { HostRoute } from "./document/host-routes.ts";

/** The host application: an Elysia instance, of which only the routes are read. */
export interface HostApplication {
  readonly routes: readonly HostRoute[];
}

/** Who may read the description. A rule that throws, or answers anything but `true`, denies. */
export type OpenApiAccess = (context: { readonly user: User | null }) => boolean | Promise<boolean>;

/** What `openapi` takes. */
export interface OpenApiOptions {
  /** Default `API`. */
  readonly title?: string;
  /** The version of the API, not of OpenAPI. Default `1.0.0`. */
  readonly version?: string;
  /** CommonMark, above everything else. Default: what is the same for all routes. */
  readonly description?: string;
  /** The public origin, such as `https://api.example.com`. Default `/`: wherever the document came from. */
  readonly server?: string;
  /** The application that the engine is mounted in, for its own routes. Asked when the document is first wanted. */
  readonly app?: () => HostApplication | Promise<HostApplication>;
  /** Whether anything is served: `false` nowhere, `true` in production too. Default: everywhere but in production. */
  readonly enabled?: boolean;
  /** Asked before the document and the page are handed out. Default: everybody may read them. */
  readonly access?: OpenApiAccess;
  /**
   * Whose view the document shows: that of strangers, the same for everybody; or, with `caller`, what the rules of the
   * collections say of whoever asks. Default `public`.
   */
  readonly view?: "public" | "caller";
  /**
   * Whether `GET /docs` shows the document as a page, which needs `@scalar/api-reference`. `true` refuses to start without
   * it. Default: where that is installed; elsewhere a warning at the start, and in development a page that says so.
   */
  readonly docs?: boolean;
}
