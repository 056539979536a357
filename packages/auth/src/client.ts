import type { AccountFields, Collection, CreateOf, DocumentOf, ProblemBody } from "@lucent/core";

/** One route in the form that Elysia's own types have, so that Eden reads it. */
interface RouteOf<Body, Status extends number, Success, Params = {}> {
  body: Body;
  params: Params;
  query: { readonly [name: string]: null };
  headers: unknown;
  response: { [S in Status]: Success } & {
    [S in 400 | 401 | 403 | 404 | 409 | 413 | 415 | 421 | 422 | 429 | 500 | 503]: ProblemBody;
  };
}

/** Eden reads an answer without a body as an empty text. */
type Nothing = "";

/** What a sign-in answers; with cookies the tokens are there and nowhere else. */
export interface SignedIn<C extends Collection> {
  readonly user: DocumentOf<C>;
  readonly expiresIn: number;
  readonly accessToken?: string;
  readonly refreshToken?: string;
}

/** What a refresh answers. */
export type Refreshed = Omit<SignedIn<Collection>, "user">;

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
    post: RouteOf<CreateOf<C> & { readonly password: string } & SessionChoice, 201 | 202, SignedIn<C>>;
  };
  login: {
    post: RouteOf<{ readonly email: string; readonly password: string } & SessionChoice, 200, SignedIn<C>>;
  };
  refresh: { post: RouteOf<{ readonly refreshToken?: string } | undefined, 200, Refreshed> };
  logout: { post: RouteOf<{ readonly refreshToken?: string } | undefined, 204, Nothing> };
  "logout-all": { post: RouteOf<unknown, 204, Nothing> };
  me: { get: RouteOf<unknown, 200, DocumentOf<C>> };
  sessions: {
    get: RouteOf<unknown, 200, { readonly data: readonly ListedSessionBody[] }>;
    ":id": { delete: RouteOf<unknown, 204, Nothing, IdParams> };
  };
  "change-password": {
    post: RouteOf<{ readonly currentPassword: string; readonly newPassword: string }, 204, Nothing>;
  };
  "change-email": { post: RouteOf<{ readonly currentPassword: string; readonly email: string }, 202, {}> };
  "confirm-email": { post: RouteOf<{ readonly token: string }, 204, Nothing> };
  "forgot-password": { post: RouteOf<{ readonly email: string }, 202, {}> };
  "reset-password": { post: RouteOf<{ readonly token: string; readonly password: string }, 204, Nothing> };
  "verify-email": { post: RouteOf<{ readonly token: string }, 204, Nothing> };
  "resend-verification": { post: RouteOf<{ readonly email: string }, 202, {}> };
  "api-keys": {
    post: RouteOf<
      { readonly name: string; readonly scopes: readonly string[]; readonly expiresAt?: string },
      201,
      Omit<ListedKeyBody, "lastUsedAt"> & { readonly key: string }
    >;
    get: RouteOf<unknown, 200, { readonly data: readonly ListedKeyBody[] }>;
    ":id": { delete: RouteOf<unknown, 204, Nothing, IdParams> };
  };
}

declare module "@lucent/core" {
  interface PluginRoutes<C extends Collection> {
    auth: C["fields"] extends AccountFields ? AuthRoutes<C> : {};
  }
}
