import type { AccountFields, Collection, CreateOf, DocumentOf, ProblemBody } from "@lucent/core";

type Refusals = {
  [S in 400 | 401 | 403 | 404 | 409 | 413 | 415 | 421 | 422 | 429 | 500 | 503]: ProblemBody;
};

/** One route in the form that Elysia's own types have, so that Eden reads it. */
interface RouteOf<Body, Answers, Params = {}> {
  body: Body;
  params: Params;
  query: { readonly [name: string]: null };
  headers: unknown;
  response: Answers & Refusals;
}

/** Eden reads an answer without a body as an empty text. It reads no answers that are an interface. */
type Nothing = { 204: "" };

/** What is answered whatever becomes of the request. */
type Accepted = { 202: {} };

/** The tokens of a session: both, or with cookies none, since they are there and nowhere else. */
type Tokens =
  | { readonly accessToken: string; readonly refreshToken: string }
  | { readonly accessToken?: undefined; readonly refreshToken?: undefined };

/** What a refresh answers. `expiresIn` is in seconds. */
export type Refreshed = { readonly expiresIn: number } & Tokens;

/** What a sign-in answers. */
export type SignedIn<C extends Collection> = { readonly user: DocumentOf<C> } & Refreshed;

/** What registering answers where the address has to be verified first. */
interface NotYetSignedIn {
  readonly user?: undefined;
  readonly expiresIn?: undefined;
  readonly accessToken?: undefined;
  readonly refreshToken?: undefined;
}

/** A session as its owner sees it. */
export interface ListedSessionBody {
  readonly id: string;
  readonly createdAt: string;
  readonly lastUsedAt: string;
  readonly ip: string | null;
  readonly userAgent: string | null;
  readonly current: boolean;
}

/** An API key as its owner sees it. */
export interface ListedKeyBody {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  readonly prefix: string;
  readonly createdAt: string;
  readonly expiresAt: string;
  readonly lastUsedAt: string | null;
}

interface SessionChoice {
  /** Where the tokens go. Default `token`: into the body. */
  readonly session?: "token" | "cookie";
}

interface IdParams {
  id: string;
}

/** The routes of a collection of accounts, for Eden. */
export interface AuthRoutes<C extends Collection> {
  register: {
    post: RouteOf<
      CreateOf<C> & { readonly password: string } & SessionChoice,
      { 201: SignedIn<C>; 202: NotYetSignedIn }
    >;
  };
  login: {
    post: RouteOf<
      { readonly email: string; readonly password: string } & SessionChoice,
      { 200: SignedIn<C> }
    >;
  };
  refresh: { post: RouteOf<{ readonly refreshToken?: string } | undefined, { 200: Refreshed }> };
  logout: { post: RouteOf<{ readonly refreshToken?: string } | undefined, Nothing> };
  "logout-all": { post: RouteOf<unknown, Nothing> };
  me: { get: RouteOf<unknown, { 200: DocumentOf<C> }> };
  sessions: {
    get: RouteOf<unknown, { 200: { readonly data: readonly ListedSessionBody[] } }>;
    ":id": { delete: RouteOf<unknown, Nothing, IdParams> };
  };
  "change-password": {
    post: RouteOf<{ readonly currentPassword: string; readonly newPassword: string }, Nothing>;
  };
  "change-email": { post: RouteOf<{ readonly currentPassword: string; readonly email: string }, Accepted> };
  "confirm-email": { post: RouteOf<{ readonly token: string }, Nothing> };
  "forgot-password": { post: RouteOf<{ readonly email: string }, Accepted> };
  "reset-password": { post: RouteOf<{ readonly token: string; readonly password: string }, Nothing> };
  "verify-email": { post: RouteOf<{ readonly token: string }, Nothing> };
  "resend-verification": { post: RouteOf<{ readonly email: string }, Accepted> };
  "api-keys": {
    post: RouteOf<
      { readonly name: string; readonly scopes: readonly string[]; readonly expiresAt?: string },
      { 201: Omit<ListedKeyBody, "lastUsedAt"> & { readonly key: string } }
    >;
    get: RouteOf<unknown, { 200: { readonly data: readonly ListedKeyBody[] } }>;
    ":id": { delete: RouteOf<unknown, Nothing, IdParams> };
  };
}

declare module "@lucent/core" {
  interface PluginRoutes<C extends Collection> {
    auth: C["fields"] extends AccountFields ? AuthRoutes<C> : {};
  }
}
