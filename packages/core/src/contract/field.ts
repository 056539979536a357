/** Any value that JSON can carry. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json };

/** What every field kind understands. */
export interface FieldOptions {
  /** The field must have a value. Checked after defaults. Default `false`: an unset field is `null`. */
  readonly required?: boolean;
  /** No two rows may hold the same value. Default `false`. */
  readonly unique?: boolean;
  /** Builds a database index on the field. Relationship fields and unique fields have one anyway. Default `false`. */
  readonly index?: boolean;
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
export interface TextField extends FieldOptions, TextBounds {
  readonly type: "text";
  readonly default?: string;
}

/** Long text, at most 100,000 characters unless `maxLength` says otherwise. */
export interface TextareaField extends FieldOptions, TextBounds {
  readonly type: "textarea";
  readonly default?: string;
}

/** An e-mail address, stored as sent, at most 254 characters (RFC 5321). */
export interface EmailField extends FieldOptions {
  readonly type: "email";
  readonly default?: string;
}

/** A finite double-precision number. */
export interface NumberField extends FieldOptions, NumericBounds {
  readonly type: "number";
  readonly default?: number;
}

/** A whole number within ±(2^53−1), stored as bigint. */
export interface IntegerField extends FieldOptions, NumericBounds {
  readonly type: "integer";
  readonly default?: number;
}

/** An exact decimal number; a string in JSON, so that no digit is lost. */
export interface DecimalField extends FieldOptions {
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
export interface BooleanField extends FieldOptions {
  readonly type: "boolean";
  readonly default?: boolean;
}

/** A moment in time with milliseconds; ISO 8601 in UTC on the way out. */
export interface DateField extends FieldOptions {
  readonly type: "date";
  /** An ISO 8601 date. */
  readonly default?: string;
}

/** One of a fixed list of texts. */
export interface SelectField extends FieldOptions {
  readonly type: "select";
  readonly options: readonly string[];
  readonly default?: string;
}

/** Any JSON value, stored as jsonb. */
export interface JsonField extends FieldOptions {
  readonly type: "json";
  /** Largest size of the value as UTF-8 JSON text, in bytes. Default 65,536. */
  readonly maxBytes?: number;
  readonly default?: Json;
}

/** A reference to one document of another collection (or of the same one); its id in JSON. */
export interface RelationshipField extends FieldOptions {
  readonly type: "relationship";
  /** Slug of the target collection. */
  readonly to: string;
}

/** One field of a collection. Discriminated by `type`. */
export type Field =
  | TextField
  | TextareaField
  | EmailField
  | NumberField
  | IntegerField
  | DecimalField
  | BooleanField
  | DateField
  | SelectField
  | JsonField
  | RelationshipField;

/** The name of a field kind. */
export type FieldKind = Field["type"];

/** A collection's fields by name; names match `^[a-z][A-Za-z0-9]{0,47}$`. */
export type Fields = Readonly<Record<string, Field>>;
