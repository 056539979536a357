import type { Accounts, NamedAccount } from "./account.ts";
import type { Fields } from "./field.ts";
import type { RuleWhere, Where } from "./where.ts";

/** Who is calling, where the application does not name its accounts: any fields. */
export interface AnyUser {
  readonly id: string;
  /** Slug of the collection that the account belongs to: two collections are two worlds of ids. */
  readonly collection?: string;
  /**
   * What an API key lets its bearer do of what the account may do, each `slug:action` with an action of `Operation`.
   * Beyond it every operation is denied before its rule is asked. Absent: everything that the account may do.
   */
  readonly scopes?: readonly string[];
  readonly [field: string]: unknown;
}

/**
 * Who is calling: one of the accounts that the application has named in `Accounts`, or `AnyUser` where it names none.
 * Among the fields of an account itself, a rule that looks at `user` is a function of its own with its types, or they
 * would depend on themselves: `function isEditor({ user }: FieldRuleContext): boolean`.
 */
export type User = [keyof Accounts] extends [never] ? AnyUser : NamedAccount;

/** What a collection lets callers do. */
export type Operation = "create" | "read" | "update" | "delete";

/** What an access rule may look at: the caller and the operation, never the incoming body. */
export interface RuleContext {
  /** `null` for an anonymous caller. */
  readonly user: User | null;
  readonly operation: Operation;
  /** Slug of the collection. */
  readonly collection: string;
  /** The document asked for, where the operation names one. */
  readonly id: string | undefined;
  readonly requestId: string;
}

/** `true` allows every row, a filter those rows that match it; anything else denies. */
export type RuleResult<F extends Fields = Fields, T extends boolean = boolean> = boolean | null | Where<F, T>;

/** What a rule is checked for: any `RuleResult`. */
type Answer<F extends Fields, T extends boolean> = boolean | null | RuleWhere<F, T>;

/** Decides who may do what. A rule that throws, or answers with something else, denies and is logged. */
export type AccessRule<F extends Fields = Fields, T extends boolean = boolean> =
  | boolean
  | ((context: RuleContext) => Answer<F, T> | Promise<Answer<F, T>>);

/** The rules of a collection. A missing rule denies. */
export interface Access<F extends Fields = Fields, T extends boolean = boolean> {
  /** Which rows a caller sees, in every read, count and relation check. */
  readonly read?: AccessRule<F, T>;
  /** Whether a caller may create; a filter must match the new row. */
  readonly create?: AccessRule<F, T>;
  /** Which rows a caller may update; a filter must match before and after. */
  readonly update?: AccessRule<F, T>;
  /** Which rows a caller may delete. */
  readonly delete?: AccessRule<F, T>;
  /** Which deleted rows a caller may ask for, of those that `read` allows. Only with `softDelete`. */
  readonly readDeleted?: AccessRule<F, T>;
}

/** What the rule of a field may look at: the caller and the operation, never the value. */
export interface FieldRuleContext extends RuleContext {
  /** Name of the field. */
  readonly field: string;
}

/**
 * Decides about one field: a filter over the collection lets it be read or written in the documents that match. A rule
 * that throws, or answers with something else, denies and is logged.
 */
export type FieldRule = boolean | ((context: FieldRuleContext) => RuleResult | Promise<RuleResult>);

/** The rules of a field, asked beside those of its collection. A missing rule allows. */
export interface FieldAccess {
  readonly read?: FieldRule;
  readonly create?: FieldRule;
  readonly update?: FieldRule;
}
