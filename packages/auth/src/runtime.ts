import { createHmac, createSecretKey } from "node:crypto";

import { BootError, type CollectionModel, type RateLimit, type Services } from "@lucent/core";

import { type AccountStore, accountStore } from "./account-store.ts";
import { type ApiKeyReader, apiKeyReader, type ApiKeyStore, apiKeyStore } from "./api-keys.ts";
import { type AccessTokens, accessTokens } from "./credential/access-token.ts";
import { commonPasswords } from "./credential/common-passwords.ts";
import { type CookieNames, cookieNames } from "./credential/cookies.ts";
import { type CsrfCheck, csrfCheck } from "./credential/csrf.ts";
import { type NotingHasher, notingHasher } from "./credential/hash-notes.ts";
import { hashQueue } from "./credential/hash-queue.ts";
import type { KeyRing } from "./credential/key-ring.ts";
import { accountHasher, defaultHashParameters } from "./credential/password-hasher.ts";
import { type RefreshTokens, refreshTokens } from "./credential/refresh-token.ts";
import { type Environment, isLoopback, issuerOf, signingRing, trustedOriginsOf } from "./environment.ts";
import { type MailRoom, openMailRoom } from "./mail-room.ts";
import { type TokenStore, tokenStore } from "./one-time.ts";
import type { AuthPluginOptions } from "./options.ts";
import { rememberSessions, type ResolveSession } from "./session-cache.ts";
import { type SessionStore, sessionStore } from "./session.ts";
import { isAuthCollection, type RealmSettings, realmSettings } from "./settings.ts";
import { type Accounts, accountsOf } from "./sql/accounts.ts";

/** The accounts of one collection: a world of its own, with nothing in it that another one accepts. */
export interface Realm {
  readonly slug: string;
  readonly model: CollectionModel;
  readonly settings: RealmSettings;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  /** `sessions.resolve`, with the memory that the collection asks for. */
  readonly resolve: ResolveSession;
  readonly mailed: TokenStore;
  readonly keys: ApiKeyStore;
}

/** Everything that the routes work with, once the application runs. */
export interface Runtime {
  readonly services: Services;
  /** By slug. */
  readonly realms: ReadonlyMap<string, Realm>;
  /** Slugs of all collections: what scopes of API keys name. */
  readonly slugs: readonly string[];
  readonly apiKeys: ApiKeyReader;
  readonly ring: KeyRing;
  readonly tokens: AccessTokens;
  /** Of an access token, in seconds. */
  readonly lifetime: number;
  readonly refresh: RefreshTokens;
  readonly hasher: NotingHasher;
  readonly cookies: CookieNames;
  readonly csrf: CsrfCheck;
  /** `undefined` where the application sends no mail. */
  readonly mail: MailRoom | undefined;
  /** Stands for an address in limits and in the audit trail, and can't be turned back into it. */
  readonly addressKey: (email: string) => string;
  stop(): Promise<void>;
}

const defaultLifetime = 900;

/**
 * Opens what the routes need. Sends no statement: the tables may still be made by a later plugin.
 * @throws BootError listing everything that the environment lacks.
 */
export async function openRuntime(services: Services, options: AuthPluginOptions): Promise<Runtime> {
  const { blueprint, database, origin, deriveKey, production } = services;
  const environment: Environment = { ...services, config: blueprint.config };
  const problems: string[] = [];
  const ring = signingRing(options, environment, problems);
  const issuer = issuerOf(options, environment, problems);
  const mail = await openMailRoom(options, environment, problems);
  if (ring === undefined || problems.length > 0) {
    await mail?.close();
    throw new BootError(problems);
  }
  // Some 20 ms once, which the first registration would stand still for.
  await commonPasswords();
  const refresh = refreshTokens(deriveKey("auth.refresh"));
  const lifetime = options.tokens?.lifetime ?? defaultLifetime;
  const opened = [...blueprint.collections.values()]
    .filter(({ definition }) => isAuthCollection(definition))
    .map((model) => openRealm(model, services, refresh));
  const apiKeys = apiKeyReader(
    database,
    opened.map(({ statements }) => statements),
  );
  // A key that is no object yet is made one each time: 10 µs instead of 2 on Node 24, several times a sign-in.
  const hashKey = createSecretKey(deriveKey("auth.email-hash"));
  return {
    services,
    realms: new Map(opened.map(({ realm }) => [realm.slug, realm])),
    slugs: [...blueprint.collections.keys()],
    apiKeys,
    ring,
    tokens: accessTokens({
      ring,
      issuer,
      audience: options.tokens?.audience ?? issuer,
      ttl: lifetime,
      collections: new Set(opened.map(({ realm }) => realm.slug)),
    }),
    lifetime,
    refresh,
    hasher: notingHasher(await accountHasher(options.hash ?? defaultHashParameters, hashQueue())),
    cookies: cookieNames({ production, loopback: isLoopback(origin) }),
    csrf: csrfCheck({ ownOrigin: origin, trustedOrigins: trustedOriginsOf(options, environment) }),
    mail,
    addressKey: (email) => createHmac("sha256", hashKey).update(email).digest("base64url").slice(0, 22),
    async stop() {
      await mail?.close();
      const stores = opened.flatMap(({ realm }) => [realm.sessions, realm.mailed, realm.keys]);
      await Promise.all([...stores, apiKeys].map((store) => store.settled()));
    },
  };
}

interface Opened {
  readonly realm: Realm;
  readonly statements: Accounts;
}

function openRealm(model: CollectionModel, { database }: Services, refresh: RefreshTokens): Opened {
  const settings = realmSettings(model.definition);
  const statements = accountsOf(model, settings);
  const { session, apiKeys, revokeApiKeysOnReset } = settings;
  const sessions = sessionStore(database, { accounts: statements, policy: session, refreshTokens: refresh });
  const mailed = tokenStore(database, statements);
  const keys = apiKeyStore(database, { accounts: statements, policy: apiKeys ?? { limit: 0, days: 1 } });
  const accounts = accountStore(database, {
    accounts: statements,
    sessions,
    tokens: mailed,
    apiKeys: keys,
    revokeApiKeysOnReset,
  });
  const resolve = rememberSessions(sessions.resolve, session.cache);
  return {
    realm: { slug: model.slug, model, settings, accounts, sessions, resolve, mailed, keys },
    statements,
  };
}

/** What is counted of one address, known or not. */
interface Counted {
  readonly what: string;
  readonly email: string;
}

/** Takes from the allowance of one address, known or not, of one collection. Resolves to whether it may go on. */
export async function takeFor(
  runtime: Runtime,
  realm: Realm,
  { limit, ...counted }: Counted & { readonly limit: RateLimit },
): Promise<boolean> {
  return (await runtime.services.counter.take(keyFor(runtime, realm, counted), limit)).allowed;
}

/** Whether nothing is left of an allowance. Takes nothing. */
export async function isSpentFor(
  runtime: Runtime,
  realm: Realm,
  { limit, ...counted }: Counted & { readonly limit: RateLimit },
): Promise<boolean> {
  const { counter } = runtime.services;
  // More than there ever is: never allowed, so nothing is taken.
  return (await counter.take(keyFor(runtime, realm, counted), limit, limit.max + 1)).remaining === 0;
}

/** Gives the whole allowance back. */
export async function clearFor(runtime: Runtime, realm: Realm, counted: Counted): Promise<void> {
  await runtime.services.counter.clear(keyFor(runtime, realm, counted));
}

function keyFor({ addressKey }: Runtime, { slug }: Realm, { what, email }: Counted): string {
  return `auth.${what}:${slug}:${addressKey(email)}`;
}
