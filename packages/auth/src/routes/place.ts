import {
  type CollectionModel,
  LucentError,
  type Route,
  type RouteCall,
  type RouteDocument,
} from "@lucent/core";

import { passwordLength } from "../credential/password-policy.ts";
import type { Realm, Runtime } from "../runtime.ts";
import { realmSettings } from "../settings.ts";
import { documentsOf } from "./documents.ts";

/** A request to a route of one collection's accounts. */
export interface At {
  readonly runtime: Runtime;
  readonly realm: Realm;
  readonly call: RouteCall;
}

/** What one route does. */
export type Handler = (at: At) => Promise<Response>;

/** The running plugin; a route may be described without one, but not called. */
export type Running = () => Runtime;

/** Makes the routes of one collection's accounts. */
export interface Place {
  /** Named `auth.<slug>.<name>`, below the collection's path. */
  readonly route: (name: string, route: Omit<Route, "id" | "handle">, handle: Handler) => Route;
}

/** The routes below the path of a collection. */
export function placeOf({ slug, definition }: CollectionModel, running: Running): Place {
  const documents = documentsOf(slug, passwordLength(realmSettings(definition).password));
  return {
    route: (name, route, handle) => ({
      ...route,
      ...documentOf(documents[name], slug),
      id: `auth.${slug}.${name}`,
      path: `/${slug}${route.path}`,
      // What is sent to these routes stands in a body: a URL is kept in logs and histories.
      parameters: [],
      handle(call) {
        const runtime = running();
        const realm = runtime.realms.get(slug);
        if (realm === undefined) throw new LucentError("NOT_FOUND");
        return handle({ runtime, realm, call });
      },
    }),
  };
}

function documentOf(document: RouteDocument | undefined, slug: string): Pick<Route, "document"> {
  return document === undefined ? {} : { document: { tag: slug, ...document } };
}
