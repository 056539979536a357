import type { Rule } from "./issue.ts";
import type { FieldAccess, User } from "./rule.ts";

/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** A rich-text document: the tree that an editor keeps. Stored and answered as it is, never rendered. */
export type RichText = readonly Json[] | { readonly [key: string]: Json };

/** What a field's own check may look at beside the value. */
export interface ValidateContext {
  /** `null` for an anonymous caller, and for the system. */
  readonly user: User | null;
  readonly operation: "create" | "update";
  /** Slug of the collection. */
  readonly collection: string;
  /** Name of the field. */
  readonly field: string;
  readonly requestId: string;
  /** What the write sets, by field: for a check that depends on more than one value. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** A field's own check: `true` lets the value pass, a rule refuses it with that rule, `false` with `format`. */
export type FieldCheck<V> = (value: V, context: ValidateContext) => boolean | Rule | Promise<boolean | Rule>;

/** Brings a value into its one form; a method, so that fields of every kind are fields. */
interface Normaliser<V> {
  run(this: void, value: V): V | undefined;
}

type Normalise<V> = Normaliser<V>["run"];

/** What every field kind understands. `V` is the JSON value that it holds when it is set. */
export interface FieldOptions<V = Json> {
  /** The field must have a value. Checked after defaults. Default `false`: an unset field is `null`. */
  readonly required?: boolean;
  /** No two rows may hold the same value. Default `false`. */
  readonly unique?: boolean;
  /** Builds a database index on the field. Relationship fields and unique fields have one anyway. Default `false`. */
  readonly index?: boolean;
  /**
   * Never read by anyone but the system: not in an answer, a filter, an order or an error. It can still be written.
   * Default `false`.
   */
  readonly hidden?: boolean;
  /** Who may read and write the field. A missing rule lets everyone do so who may do it with the document. */
  readonly access?: FieldAccess;
  /**
   * When a body may carry the field: always, only that of a create, or never, where the server sets it by itself. Else it
   * is refused with the rule `readOnly`, for the system too. Default: always.
   */
  readonly writable?: "create" | false;
  /**
   * Brings a value that a body carries into the one form that is checked further and stored, such as an address in lower
   * case. Called with text of any length that fits the kind; must be quick, and answers a second call with the same.
   * `undefined` refuses the value with the rule `format`.
   */
  readonly normalise?: Normalise<V>;
  /** A check of your own, for values that are not null. Runs after the hooks, when the value has passed all others. */
  readonly validate?: FieldCheck<V>;
  /** The name that the field had before: its column is renamed instead of made anew. */
  readonly previousName?: string;
  /** What it is for, in documents such as OpenAPI: whole sentences, CommonMark. */
  readonly description?: string;
  /** Whether such documents say that it should not be used any more. Nothing else changes. Default `false`. */
  readonly deprecated?: boolean;
}

/** What every kind but a relationship understands. */
export interface ValueOptions<V> extends FieldOptions<V> {
  /** Only a relationship may have it: said here, so that the value of its `validate` follows from it. */
  readonly hasMany?: never;
}

/** Makes a text field findable. */
export interface Searchable {
  /** Whether `search` looks at the field. Default `false`. */
  readonly searchable?: boolean;
}

/** How many entries a list has, inclusive. */
export interface ItemBounds {
  readonly minItems?: number;
  readonly maxItems?: number;
}

/** Length bounds of text, counted in Unicode code points. */
export interface TextBounds {
  readonly minLength?: number;
  /** Default 10,000 for `text`, 100,000 for `textarea`. */
  readonly maxLength?: number;
  /** A regular expression (Unicode mode, unanchored) that the value must match. Keep it linear: it runs on client input. */
  readonly pattern?: string;
}

/** Bounds of a numeric field, inclusive. */
export interface NumericBounds {
  readonly min?: number;
  readonly max?: number;
}

/** A short line of text, at most 10,000 characters unless `maxLength` says otherwise. */
export interface TextField extends ValueOptions<string>, TextBounds, Searchable {
  readonly type: "text";
  readonly default?: string;
}

/** Long text, at most 100,000 characters unless `maxLength` says otherwise. */
export interface TextareaField extends ValueOptions<string>, TextBounds, Searchable {
  readonly type: "textarea";
  readonly default?: string;
}

/** An e-mail address, stored as sent, at most 254 characters (RFC 5321). */
export interface EmailField extends ValueOptions<string>, Searchable {
  readonly type: "email";
  readonly default?: string;
}

/** A finite double-precision number. */
export interface NumberField extends ValueOptions<number>, NumericBounds {
  readonly type: "number";
  readonly default?: number;
}

/** A whole number within ±(2^53−1), stored as bigint. */
export interface IntegerField extends ValueOptions<number>, NumericBounds {
  readonly type: "integer";
  readonly default?: number;
}

/** An exact decimal number; a string in JSON, so that no digit is lost. */
export interface DecimalField extends ValueOptions<string> {
  readonly type: "decimal";
  /** Total number of digits, 1–1000. Unset: any (up to 1,000 digits are accepted from a client). */
  readonly precision?: number;
  /** Digits after the point, 0–`precision`. Needs `precision`. Default 0 when `precision` is set. */
  readonly scale?: number;
  readonly min?: string;
  readonly max?: string;
  readonly default?: string;
}

/** True or false. */
export interface BooleanField extends ValueOptions<boolean> {
  readonly type: "boolean";
  readonly default?: boolean;
}

/** A moment in time with milliseconds; ISO 8601 in UTC on the way out. */
export interface DateField extends ValueOptions<string> {
  readonly type: "date";
  /** An ISO 8601 date. */
  readonly default?: string;
}

/** One of a fixed list of texts. */
export interface SelectField extends ValueOptions<string> {
  readonly type: "select";
  readonly options: readonly string[];
  readonly default?: string;
}

/** Any JSON value, stored as jsonb. */
export interface JsonField extends ValueOptions<Exclude<Json, null>> {
  readonly type: "json";
  /** Largest size of the value as UTF-8 JSON text, in bytes. Default 65,536. */
  readonly maxBytes?: number;
  readonly default?: Json;
}

/** Some of a fixed list of texts, each at most once, in the order in which they were sent. Can't be unique. */
export interface MultiselectField extends ValueOptions<readonly string[]>, ItemBounds {
  readonly type: "multiselect";
  readonly options: readonly string[];
  readonly default?: readonly string[];
}

/** The document of a rich-text editor: a JSON object or array, stored as jsonb. Can't be unique or indexed. */
export interface RichtextField extends ValueOptions<RichText> {
  readonly type: "richtext";
  /** Largest size of the value as UTF-8 JSON text, in bytes. Default 262,144. */
  readonly maxBytes?: number;
  readonly default?: RichText;
}

/** A list of objects that all have the same fields, stored as jsonb. Can't be unique or indexed. */
export interface ArrayField extends ValueOptions<readonly { readonly [key: string]: Json }[]>, ItemBounds {
  readonly type: "array";
  /**
   * The fields of an entry, each with its own bounds. They are read and written together with the whole list, so
   * `unique`, `index`, `searchable`, `hidden`, `access`, `validate` and `previousName` have no place here.
   */
  readonly fields: ItemFields;
  /** Default 100. */
  readonly maxItems?: number;
  readonly default?: readonly { readonly [key: string]: Json }[];
}

/**
 * A password: written, stored as a hash, and read by nobody. Needs a plugin that offers a hasher, such as
 * `@lucent/auth`. It is set by a create and refused in an update. Can't be unique or indexed.
 */
export interface PasswordField extends ValueOptions<string> {
  readonly type: "password";
  /** In Unicode code points. Default 8. */
  readonly minLength?: number;
  /** In Unicode code points. Default 128. */
  readonly maxLength?: number;
}

/** A reference to one document of another collection (or of the same one); its id in JSON. */
export interface ToOneField extends FieldOptions<string> {
  readonly type: "relationship";
  /** Slug of the target collection. */
  readonly to: string;
  readonly hasMany?: false;
  /**
   * What deleting the target does: `restrict` refuses it, `setNull` clears this field, `cascade` deletes this document
   * too. Default `restrict`.
   */
  readonly onDelete?: "restrict" | "setNull" | "cascade";
}

/** References to documents of another collection, in an order of their own; a list of ids in JSON, never null. */
export interface ToManyField extends FieldOptions<readonly string[]>, ItemBounds {
  readonly type: "relationship";
  /** Slug of the target collection. */
  readonly to: string;
  readonly hasMany: true;
  /** 1–1,000. Default 100. */
  readonly maxItems?: number;
  /** What deleting a target does: `restrict` refuses it, `setNull` takes it from the list. Default `restrict`. */
  readonly onDelete?: "restrict" | "setNull";
}

/** A reference to one document, or with `hasMany` to several. */
export type RelationshipField = ToOneField | ToManyField;

/** A field that an entry of an `array` can have. */
export type ItemField =
  | TextField
  | TextareaField
  | EmailField
  | NumberField
  | IntegerField
  | DecimalField
  | BooleanField
  | DateField
  | SelectField
  | MultiselectField
  | JsonField
  | RichtextField
  | ArrayField;

/** One field of a collection. Discriminated by `type`. */
export type Field = ItemField | RelationshipField | PasswordField;

/** The name of a field kind. */
export type FieldKind = Field["type"];

/** A collection's fields by name; names match `^[a-z][A-Za-z0-9]{0,47}$`. */
export type Fields = Readonly<Record<string, Field>>;

/** The fields of an array's entries by name, by the same grammar. */
export type ItemFields = Readonly<Record<string, ItemField>>;
