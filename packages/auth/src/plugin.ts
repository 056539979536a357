import { BootError, type Hooks, type Plugin } from "@lucent/core";

import { authCommand } from "./commands/auth.ts";
import { defaultHashParameters, parameterProblem } from "./credential/password-hasher.ts";
import { credentialSchemes } from "./credential/schemes.ts";
import { trustedOriginProblems } from "./credential/trusted-origins.ts";
import { deletionHooks } from "./deletions.ts";
import { factsOf } from "./facts.ts";
import { accountFields } from "./fields.ts";
import { appNameOf } from "./mail-room.ts";
import { messageProblems } from "./mail/composer.ts";
import { mailPathProblems } from "./mail/link.ts";
import type { AuthPluginOptions } from "./options.ts";
import { roleHooks } from "./role-changes.ts";
import { authRoutes } from "./routes/all.ts";
import { openRuntime, type Runtime } from "./runtime.ts";
import { authService } from "./service.ts";
import { isAuthCollection, range, unknown } from "./settings.ts";
import { authTables } from "./tables.ts";

/**
 * Lets the documents of collections with `auth: true` sign in: passwords, sessions, API keys and the mails that go with
 * them.
 * @throws BootError naming every option that can't be meant.
 */
export function auth(options: AuthPluginOptions = {}): Plugin {
  const problems = optionProblems(options);
  if (problems.length > 0) throw new BootError(problems);
  let runtime: Runtime | undefined;
  const running = (): Runtime => {
    if (runtime === undefined) throw new TypeError("the plugin auth() was not started");
    return runtime;
  };
  return {
    name: "auth",
    options: ["auth"],
    commands: [authCommand],
    fields: (collection) =>
      isAuthCollection(collection)
        ? accountFields(collection, () => runtime?.mail?.appName ?? appNameOf(options))
        : {},
    hooks: (collection) =>
      isAuthCollection(collection)
        ? together([
            roleHooks(collection, () => running().services.audit),
            deletionHooks(collection, running),
          ])
        : {},
    get credentials() {
      return credentialSchemes(runtime?.cookies);
    },
    tables: () => authTables,
    routes: ({ collections }) => authRoutes(collections, options, running),
    async start(services) {
      runtime = await openRuntime(services, options);
      return { passwordHasher: runtime.hasher, auth: authService(runtime) };
    },
    facts: (request) => factsOf(running(), request),
    async stop() {
      await runtime?.stop();
    },
  };
}

/** The moments at which hooks of ours run are few. */
function together(hooks: readonly Hooks[]): Hooks {
  const afterCommit = hooks.flatMap((each) => each.afterCommit ?? []);
  return afterCommit.length === 0 ? {} : { afterCommit };
}

const keys = [
  "appName",
  "appUrl",
  "tokens",
  "trustedOrigins",
  "hash",
  "mailer",
  "messages",
  "paths",
] as const satisfies readonly (keyof AuthPluginOptions)[];

const tokenKeys = ["keys", "issuer", "audience", "lifetime"];
const hashKeys = Object.keys(defaultHashParameters);

function optionProblems(options: AuthPluginOptions): readonly string[] {
  const {
    tokens = {},
    hash = defaultHashParameters,
    trustedOrigins = [],
    messages = {},
    paths = {},
  } = options;
  const weak = parameterProblem(hash);
  return [
    ...unknown("auth()", options, keys),
    ...unknown("auth({ tokens })", tokens, tokenKeys),
    ...unknown("auth({ hash })", hash, hashKeys),
    // Longer than an hour, and a token that nobody looks up any more would outlive what it says.
    ...range("auth({ tokens: { lifetime } })", tokens.lifetime, [60, 3_600]),
    ...(weak === undefined ? [] : [`auth({ hash }) is ${weak}`]),
  ]
    .map((problem) => `${problem}.`)
    .concat(
      trustedOriginProblems(trustedOrigins),
      messageProblems({ ...messages }),
      mailPathProblems({ ...paths }),
    );
}
