import { LucentError, type Plugin, type Route } from "@lucent/core";

/** Knows callers by a header, and says how. */
export const signIn: Plugin = {
  name: "sign-in",
  credentials: {
    header: { type: "apiKey", in: "header", name: "x-user" },
    cookie: { type: "apiKey", in: "cookie", name: "user" },
  },
  facts: (request) => ({ user: { id: request.headers.get("x-user") ?? "" } }),
};

/** A plugin that declares these routes and nothing else. */
export function routing(name: string, routes: readonly Omit<Route, "handle">[]): Plugin {
  const handle: Route["handle"] = () => {
    throw new LucentError("NOT_FOUND");
  };
  return { name, routes: () => routes.map((route) => ({ ...route, handle })) };
}
