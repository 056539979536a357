/** What was wrong with one value. The list is closed, so clients may translate it. */
export type Rule =
  | "type"
  | "required"
  | "minLength"
  | "maxLength"
  | "min"
  | "max"
  | "pattern"
  | "options"
  | "unique"
  | "relationship"
  | "unknown"
  | "readOnly"
  | "common"
  | "format";
