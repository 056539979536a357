/** What can be reported to the audit trail. Plugins add members by declaration merging; the values say nothing. */
export interface AuditEvents {
  register: true;
  /** Also the failed one; `reason` says why. */
  login: true;
  refresh: true;
  /** A refresh token came back after it had been replaced: its session is over. */
  "refresh.reuse": true;
  logout: true;
  "logout.all": true;
  "password.changed": true;
  "reset.requested": true;
  "reset.completed": true;
  "email.verified": true;
  "email.changed": true;
  "lockout.started": true;
  "lockout.ended": true;
  "account.disabled": true;
  "account.enabled": true;
  "role.changed": true;
  "key.created": true;
  "key.revoked": true;
  /** An API key was used for something beyond its scopes. Of this and the next five a caller makes at most one a second. */
  "key.denied": true;
  /** A live API key stood in a URL, where logs and histories keep it. It was not read there, and is to be replaced. */
  "key.exposed": true;
  /** A request was answered 401 or 403. */
  "access.denied": true;
  /** What another site made a browser send. */
  "csrf.refused": true;
  "host.refused": true;
  /** A script of an origin that `api.cors` does not list. */
  "cors.refused": true;
  "limit.blocked": true;
  "secret.set": true;
  "secret.deleted": true;
  "secret.rotated": true;
  "migration.applied": true;
  /** A migration took away a table or a column. */
  "migration.dropped": true;
  /** A start with something that is only tolerated outside production. */
  "boot.insecure": true;
}

/** The name of an event. */
export type AuditEventName = keyof AuditEvents;

/** Who did it. Identifiers only: never an e-mail address, a token or a key. */
export interface AuditActor {
  readonly type: "user" | "key" | "system" | "anonymous";
  /** Of the account. */
  readonly id?: string | undefined;
  /** Slug of the account's collection. */
  readonly collection?: string | undefined;
  /** The id of the session. */
  readonly session?: string | undefined;
  /** The public id of the API key. */
  readonly key?: string | undefined;
}

/** What is reported: the members named here and no others reach the trail. */
export interface AuditInput {
  readonly event: AuditEventName;
  readonly outcome: "ok" | "fail";
  /** A code for why, such as `FORBIDDEN`. */
  readonly reason?: string | undefined;
  readonly actor?: AuditActor | undefined;
  /** What it was done to: `users/<id>`, a route, a host, a table. Never a secret, nor what tells a person's e-mail address. */
  readonly target?: string | undefined;
  /** The client's address. */
  readonly address?: string | undefined;
  /** The client's `User-Agent`. */
  readonly agent?: string | undefined;
  readonly requestId?: string | undefined;
}

/**
 * One entry of the audit trail. Each of its texts is at most 256 characters long, and what can't be seen in it (control
 * and bidi characters, what has no width) is written as `\u{…}`.
 */
export interface AuditEvent extends AuditInput {
  /** When it happened: UTC in milliseconds, as in RFC 3339. */
  readonly time: string;
}
