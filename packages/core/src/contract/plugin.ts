import type { AuditEvent, AuditInput } from "./audit.ts";
import type { Blueprint } from "./blueprint.ts";
import type { Collection } from "./collection.ts";
import type { Command } from "./command.ts";
import type { Counter } from "./counter.ts";
import type { Database } from "./database.ts";
import type { Fields } from "./field.ts";
import type { PasswordHasher } from "./hasher.ts";
import type { Hooks } from "./hook.ts";
import type { Logger } from "./logger.ts";
import type { Model } from "./model.ts";
import type { SchemaDocument } from "./route-document.ts";
import type { Route } from "./route.ts";
import type { User } from "./rule.ts";
import type { Secrets } from "./secrets.ts";
import type { Table } from "./table.ts";

/** What a caller has shown, by a name that may be stored. */
export type Credential =
  | { readonly kind: "session"; readonly id: string }
  | { readonly kind: "key"; readonly publicId: string };

/** What is known about a request's caller. Plugins add members by declaration merging. */
export interface Facts {
  /** Absent or `null` for an anonymous caller. */
  readonly user?: User | null;
  /** What the caller has shown, for the audit trail. */
  readonly credential?: Credential;
}

/** What running plugins may use, and what they offer to later ones by declaration merging of optional members. */
export interface Services {
  readonly database: Database;
  readonly logger: Logger;
  readonly blueprint: Blueprint;
  /** Whether this is a production start (`NODE_ENV`): refuse what is only warned about elsewhere. */
  readonly production: boolean;
  /** Where variables are read from, as it was handed to `start`. Read them when the plugin starts. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Counts against limits: within this process, or wherever a plugin such as `redisCounter` says. */
  readonly counter: Counter;
  /** The public origin of the API (`API_URL`), checked; `undefined` where it is not known. */
  readonly origin: string | undefined;
  /**
   * A 32-byte key for one purpose, derived from `SESSION_SECRET` (HKDF-SHA-256, RFC 5869). Labels start with the plugin's
   * name, such as `auth.refresh`. Without the secret, outside production, keys live as long as the process.
   */
  readonly deriveKey: (label: `${string}.${string}`) => Uint8Array;
  /** Records what an operator may have to account for: goes to every plugin that has `audit`. Never throws. */
  readonly audit: (event: AuditInput) => void;
  /** What collections with a `password` field need. */
  readonly passwordHasher?: PasswordHasher;
  /** Credentials that the application keeps for itself. Offered by the plugin `secrets()` of `@lucent/core/secrets`. */
  readonly secrets?: Secrets;
}

/** One capability: what it adds to the blueprint (pure), and how it lives (effects). */
export interface Plugin {
  /** Unique; prefixes its tables, error codes and log lines. */
  readonly name: string;
  /** Plugins that must be listed before it; a wrong order refuses to boot. */
  readonly after?: readonly string[];
  /** Commands that the `lucent` binary runs. */
  readonly commands?: readonly Command[];
  /** Options of a collection that the plugin understands beside core's own, such as `auth`. */
  readonly options?: readonly string[];
  /**
   * Pure. Fields that the plugin adds to a collection; the collection can have none of the same name.
   * @throws BootError where the collection's options for the plugin are wrong.
   */
  fields?(collection: Collection): Fields;
  /** Pure. Hooks around the operations of a collection, which run before its own. */
  hooks?(collection: Collection): Hooks;
  /** Pure. Tables of its own, read by migrate; names start with `lucent_`. */
  tables?(model: Model): readonly Table[];
  /**
   * How callers can show who they are, by a name of the plugin's choice: security schemes as OpenAPI 3.1 has them. Each of
   * them is enough by itself.
   */
  readonly credentials?: Readonly<Record<string, SchemaDocument>>;
  /** Pure. Routes served by core, under the API prefix unless they say otherwise. */
  routes?(model: Model): readonly Route[];
  /** Opens what it needs; what it returns is offered to later plugins. A throw refuses to boot. */
  start?(services: Services): Promise<Partial<Services> | void>;
  /** Reads the caller from a request; the first plugin that knows one wins. A LucentError thrown here is the answer. */
  facts?(request: Request, services: Services): Facts | Promise<Facts>;
  /**
   * A sink for what is recorded with `services.audit`. Must return at once; what it throws is logged. Commands that have
   * something to record start the plugins that have this, and no others.
   */
  audit?(event: AuditEvent): void;
  /** Throws when not ready; its message is logged, never sent. */
  health?(services: Services): Promise<void>;
  /** Releases what `start` opened. Called in reverse order, also when a later plugin fails to start. */
  stop?(): Promise<void>;
}
