import type { AuthSetting, FieldsOf } from "./account.ts";
import type { Fields } from "./field.ts";
import type { Access, RuleContext } from "./rule.ts";

/** A filter whose fields are not known: it keeps the texts of a literal as they are, to be checked later. */
interface OpenFilter {
  readonly [key: string]: OpenValue;
}

type OpenValue = "" | OpenFilter | readonly OpenValue[] | {} | null | undefined;

type OpenResult = boolean | null | {} | OpenFilter;

type OpenRule = boolean | ((context: RuleContext) => OpenResult | Promise<OpenResult>);

/** The rules of a collection whose fields are not known by type; the same as `Access` then, but for literals. */
type OpenAccess = { readonly [K in keyof Access]?: OpenRule };

/**
 * The rules of a collection where it is defined. TypeScript looks at them before it knows the fields, when a function
 * among those has a parameter without a type. It would then take `{ status: "draft" }` for any text, which is no option.
 * Nothing is inferred from rules: to be named `G` keeps the fields from it, and costs the compiler less than `NoInfer`.
 */
export type AccessOf<F extends Fields, A extends AuthSetting, T extends boolean> =
  FieldsOf<F, A> extends infer G extends Fields
    ? string extends keyof G
      ? OpenAccess
      : Access<G, T>
    : never;
