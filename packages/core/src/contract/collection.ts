import type { AuthSetting, FieldsOf, NamedAs } from "./account.ts";
import type { CreateOf, DocumentOf, SortKeyOf, UpdateOf } from "./document.ts";
import type { Fields } from "./field.ts";
import type { Hooks } from "./hook.ts";
import type { AccessOf } from "./open-access.ts";
import type { OutgoingOf } from "./read.ts";
import type { Access } from "./rule.ts";

/** An index over several fields. */
export interface CollectionIndex {
  /** Names of fields that have a column of their own, server-owned ones included; their order matters. */
  readonly fields: readonly string[];
  /** No two rows may hold the same values; rows in which one of them is null do not count. Default `false`. */
  readonly unique?: boolean;
}

/** The hooks of a collection that is known by type. A body may still lack what is required: a hook may supply it. */
export type HooksOf<C extends Collection> = Hooks<
  DocumentOf<C>,
  Partial<CreateOf<C>>,
  UpdateOf<C>,
  OutgoingOf<C>
>;

/** What `defineCollection` takes. */
export interface CollectionOptions<
  S extends string,
  F extends Fields,
  T extends boolean,
  D extends boolean = false,
  I extends boolean = false,
  A extends AuthSetting = false,
> {
  /** Name in URLs: `^[a-z][a-z0-9-]{0,47}$`. The table is the same name in snake_case. */
  readonly slug: S;
  readonly fields: F;
  /** Who may do what. A missing rule denies. */
  readonly access?: AccessOf<F, A, T>;
  /** What runs around the operations. */
  readonly hooks?: NoInfer<HooksOf<Collection<S, FieldsOf<F, A>, T, D, I>>>;
  /** Keeps `createdAt` and `updatedAt`. Default `false`. */
  readonly timestamps?: T;
  /** Deleting marks a document with `deletedAt` instead of removing it; it can be restored. Default `false`. */
  readonly softDelete?: D;
  /** Lets a create bring its own `id`, a UUID of any version. Default `false`. */
  readonly clientId?: I;
  /** How a list is sorted when the caller does not say. Default `-createdAt` with timestamps, else `id`. */
  // Around the whole union, NoInfer would keep an editor from offering keys for a single one.
  readonly defaultSort?:
    | NoInfer<SortKeyOf<FieldsOf<F, A>, T>>
    | readonly NoInfer<SortKeyOf<FieldsOf<F, A>, T>>[];
  /** Indexes over several fields, beside those that single fields ask for. */
  readonly indexes?: readonly CollectionIndex[];
  /** The slug that the collection had before: its table is renamed instead of made anew. */
  readonly previousSlug?: string;
  /** What it is for, in documents such as OpenAPI: whole sentences, CommonMark. */
  readonly description?: string;
  /** Whether such documents say that it should not be used any more. Nothing else changes. Default `false`. */
  readonly deprecated?: boolean;
  /**
   * Whether its documents are accounts that can sign in, with `email`, `password`, `emailVerified` and `disabledAt` beside
   * their fields. Needs a plugin such as `@lucent/auth`, by whose routes strangers make accounts where the rule for
   * `create` lets them; a plain create over HTTP is for callers who are signed in. Default `false`.
   */
  // oxlint-disable-next-line typescript/no-redundant-type-constituents -- unknown only where no accounts are named
  readonly auth?: A & NamedAs<S>;
}

/**
 * A collection: documents of one shape, stored in one table, served under one path. Its rules and hooks were checked against
 * its fields where it was defined; here they are open, so that one collection costs the compiler no more than its fields.
 */
export interface Collection<
  S extends string = string,
  F extends Fields = Fields,
  T extends boolean = boolean,
  D extends boolean = boolean,
  I extends boolean = boolean,
> {
  readonly slug: S;
  readonly fields: F;
  readonly access?: Access;
  readonly hooks?: Hooks;
  readonly timestamps?: T;
  readonly softDelete?: D;
  readonly clientId?: I;
  readonly defaultSort?: string | readonly string[];
  readonly indexes?: readonly CollectionIndex[];
  readonly previousSlug?: string;
  readonly description?: string;
  readonly deprecated?: boolean;
  readonly auth?: AuthSetting;
}
