import type { AnswerDocument, ErrorCode, RouteDocument, SchemaDocument } from "@lucent/core";

import { tokenGrammar } from "../credential/one-time-token.ts";
import type { PasswordLength } from "../credential/password-policy.ts";

const text: SchemaDocument = { type: "string" };
const moment: SchemaDocument = { type: "string", format: "date-time" };
const address: SchemaDocument = { type: "string", format: "email", maxLength: 254 };
const secret: SchemaDocument = {
  type: "string",
  format: "password",
  writeOnly: true,
  minLength: 1,
  maxLength: 1_024,
};
const mailed: SchemaDocument = { type: "string", pattern: tokenGrammar.source };
const transport: SchemaDocument = {
  type: "string",
  enum: ["token", "cookie"],
  default: "token",
  description: "Where the tokens go: into the answer, or into cookies and nowhere else.",
};

/** An object with members that have to be there, and others that may. */
function object(
  needed: Readonly<Record<string, SchemaDocument>>,
  optional: Readonly<Record<string, SchemaDocument>> = {},
): SchemaDocument {
  return {
    type: "object",
    properties: { ...needed, ...optional },
    required: Object.keys(needed),
    additionalProperties: false,
  };
}

const expiresIn: SchemaDocument = { type: "integer", description: "Seconds that the access token lives." };
const tokens = {
  accessToken: { ...text, description: "Absent where the tokens went into cookies." },
  refreshToken: { ...text, description: "Absent where the tokens went into cookies." },
} satisfies Readonly<Record<string, SchemaDocument>>;

const session: SchemaDocument = object({
  id: text,
  createdAt: moment,
  lastUsedAt: moment,
  ip: { type: ["string", "null"] },
  userAgent: { type: ["string", "null"] },
  current: { type: "boolean" },
});

const scopes: SchemaDocument = {
  type: "array",
  // Names no collection: not everybody who reads this may know of each.
  items: {
    ...text,
    pattern: String.raw`^(?:read|write|admin|\*|[a-z][a-z0-9-]*:(?:read|create|update|delete))$`,
  },
  uniqueItems: true,
  examples: [["posts:read"]],
  description:
    "`collection:action` with read, create, update or delete; read, write and * for every collection.",
};

const key = {
  id: { type: "string", format: "uuid" },
  name: { type: "string", minLength: 1, maxLength: 100 },
  scopes,
  prefix: text,
  createdAt: moment,
  expiresAt: moment,
} satisfies Readonly<Record<string, SchemaDocument>>;

const done: AnswerDocument = { description: "Done." };
const asked: AnswerDocument = {
  description: "Whatever there was to do is done by mail.",
  schema: object({}),
};

function list(items: SchemaDocument): SchemaDocument {
  return object({ data: { type: "array", items } });
}

/** What every route that reads a body can answer beside the rest. */
const ofBody: readonly ErrorCode[] = ["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE", "VALIDATION"];
const ofForm: readonly ErrorCode[] = [...ofBody, "CSRF"];
const ofSession: readonly ErrorCode[] = ["UNAUTHENTICATED", "FORBIDDEN", "CSRF"];
// Passwords are counted for each account, too.
const ofProof: readonly ErrorCode[] = ["INVALID_CREDENTIALS", "EMAIL_UNVERIFIED", "RATE_LIMITED"];

/**
 * What the routes of one collection's accounts are for, by the names that they have in their ids.
 * @param length What a new password may have.
 */
export function documentsOf(slug: string, length: PasswordLength): Readonly<Record<string, RouteDocument>> {
  const account: SchemaDocument = { $ref: `collection:${slug}/document` };
  const signedIn = object({ user: account, expiresIn }, tokens);
  const chosen: SchemaDocument = { ...secret, minLength: length.min, maxLength: length.max };
  return {
    ...signingIn(slug, signedIn, chosen),
    ...ofOneself(account),
    ...ofPasswords(chosen),
    ...ofAddresses,
    ...ofKeys,
  };
}

function signingIn(
  slug: string,
  signedIn: SchemaDocument,
  chosen: SchemaDocument,
): Readonly<Record<string, RouteDocument>> {
  return {
    register: {
      summary: "Register",
      description:
        "Makes an account and signs it in. Where addresses have to be verified it answers 202 whoever asks.",
      credentials: "none",
      body: {
        schema: {
          allOf: [
            { $ref: `collection:${slug}/create` },
            object({ password: chosen }, { session: transport }),
          ],
        },
      },
      answers: { 201: { description: "The account, signed in.", schema: signedIn }, 202: asked },
      problems: [...ofForm, "UNAUTHENTICATED", "FORBIDDEN", "CONFLICT", "INVALID_CREDENTIALS"],
    },
    login: {
      summary: "Sign in",
      credentials: "none",
      body: {
        schema: object({ email: { ...text, maxLength: 1_024 }, password: secret }, { session: transport }),
      },
      answers: { 200: { description: "Signed in.", schema: signedIn } },
      problems: [...ofForm, "INVALID_CREDENTIALS", "EMAIL_UNVERIFIED"],
    },
    refresh: {
      summary: "Renew the tokens",
      description:
        "By the refresh token of the body, or else of the cookie; the new ones go the way that it came.",
      credentials: "none",
      body: { required: false, schema: object({}, { refreshToken: text }) },
      answers: { 200: { description: "The next tokens.", schema: object({ expiresIn }, tokens) } },
      problems: [...ofForm, "UNAUTHENTICATED", "TOKEN_REUSED", "RATE_LIMITED"],
    },
    logout: {
      summary: "Sign out",
      description: "Ends every session that the request shows a credential of.",
      credentials: "none",
      body: { required: false, schema: object({}, { refreshToken: text }) },
      answers: { 204: done },
      problems: ["CSRF"],
    },
  };
}

function ofOneself(account: SchemaDocument): Readonly<Record<string, RouteDocument>> {
  return {
    logoutAll: {
      summary: "Sign out everywhere",
      description: "Ends every session of the account. API keys stay.",
      credentials: "required",
      answers: { 204: done },
      problems: ofSession,
    },
    me: {
      summary: "The own account",
      credentials: "required",
      answers: { 200: { description: "The account that calls.", schema: account } },
      problems: ["UNAUTHENTICATED", "FORBIDDEN", "NOT_FOUND"],
    },
    sessions: {
      summary: "The own sessions",
      credentials: "required",
      answers: { 200: { description: "Those that live, the one used last first.", schema: list(session) } },
      problems: ["UNAUTHENTICATED", "FORBIDDEN"],
    },
    endSession: {
      summary: "End one of the own sessions",
      credentials: "required",
      answers: { 204: done },
      problems: [...ofSession, "NOT_FOUND"],
    },
  };
}

function ofPasswords(chosen: SchemaDocument): Readonly<Record<string, RouteDocument>> {
  return {
    changePassword: {
      summary: "Change the password",
      description: "The other sessions of the account are over; this one stays.",
      credentials: "required",
      body: { schema: object({ newPassword: chosen }, { currentPassword: secret }) },
      answers: { 204: done },
      problems: [...ofBody, ...ofSession, ...ofProof],
    },
    forgotPassword: {
      summary: "Ask for a mail to reset the password",
      credentials: "none",
      body: { schema: object({ email: { ...text, maxLength: 1_024 } }) },
      answers: { 202: asked },
      problems: ofForm,
    },
    resetPassword: {
      summary: "Set a new password by a mailed token",
      description: "Ends every session of the account.",
      credentials: "none",
      body: { schema: object({ token: mailed, password: chosen }) },
      answers: { 204: done },
      problems: [...ofForm, "INVALID_TOKEN"],
    },
  };
}

const ofAddresses: Readonly<Record<string, RouteDocument>> = {
  verifyEmail: {
    summary: "Verify the address by a mailed token",
    credentials: "none",
    body: { schema: object({ token: mailed }) },
    answers: { 204: done },
    problems: [...ofForm, "INVALID_TOKEN"],
  },
  resendVerification: {
    summary: "Ask for another mail to verify the address",
    credentials: "none",
    body: { schema: object({ email: { ...text, maxLength: 1_024 } }) },
    answers: { 202: asked },
    problems: ofForm,
  },
  changeEmail: {
    summary: "Ask for another address",
    description: "The new address gets a mail; until it is confirmed the account keeps the one it has.",
    credentials: "required",
    body: { schema: object({ email: address }, { currentPassword: secret }) },
    answers: { 202: asked },
    problems: [...ofBody, ...ofSession, ...ofProof],
  },
  confirmEmail: {
    summary: "Confirm the other address by a mailed token",
    credentials: "none",
    body: { schema: object({ token: mailed }) },
    answers: { 204: done },
    problems: [...ofForm, "INVALID_TOKEN"],
  },
};

const ofKeys: Readonly<Record<string, RouteDocument>> = {
  createKey: {
    summary: "Make an API key",
    credentials: "required",
    body: {
      schema: object({ name: key.name, scopes }, { expiresAt: { ...moment, type: ["string", "null"] } }),
      example: { name: "nightly export", scopes: ["posts:read"] },
    },
    answers: {
      201: {
        description: "The key. What makes it work is shown this once.",
        schema: object({ ...key, key: text }),
      },
    },
    problems: [...ofBody, ...ofSession, "CONFLICT"],
  },
  keys: {
    summary: "The own API keys",
    credentials: "required",
    answers: {
      200: {
        description: "Those that live, without what makes them work.",
        schema: list(object({ ...key, lastUsedAt: { ...moment, type: ["string", "null"] } })),
      },
    },
    problems: ["UNAUTHENTICATED", "FORBIDDEN"],
  },
  endKey: {
    summary: "End an API key",
    credentials: "required",
    answers: { 204: done },
    problems: [...ofSession, "NOT_FOUND"],
  },
};
