import type { CollectionModel, Route } from "@lucent/core";

import type { AuthPluginOptions } from "../options.ts";
import { isAuthCollection, realmSettings } from "../settings.ts";
import { apiKeyRoutes } from "./api-keys.ts";
import { emailRoutes } from "./email.ts";
import { keySetRoute } from "./key-set.ts";
import { loginRoute } from "./login.ts";
import { meRoute } from "./me.ts";
import { passwordRoutes } from "./password.ts";
import { placeOf, type Running } from "./place.ts";
import { registerRoute } from "./register.ts";
import { sessionRoutes } from "./sessions.ts";
import { tokenRoutes } from "./tokens.ts";

/** Every route that collections of accounts have. What needs mails is absent where an application sends none. */
export function authRoutes(
  collections: ReadonlyMap<string, CollectionModel>,
  { mailer }: AuthPluginOptions,
  running: Running,
): readonly Route[] {
  const hasMail = mailer !== false;
  const own = [...collections.values()].filter(({ definition }) => isAuthCollection(definition));
  return [
    keySetRoute(running),
    ...own.flatMap((model) => {
      const place = placeOf(model, running);
      return [
        registerRoute(place),
        loginRoute(place),
        ...tokenRoutes(place),
        meRoute(place),
        ...sessionRoutes(place),
        ...passwordRoutes(place, hasMail),
        ...(hasMail ? emailRoutes(place) : []),
        ...(realmSettings(model.definition).apiKeys === undefined ? [] : apiKeyRoutes(place)),
      ];
    }),
  ];
}
