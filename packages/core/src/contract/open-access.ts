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
 * Nothing is inferred from rules; to say so here costs the compiler less than to say it of both branches.
 */
export type AccessOf<F extends Fields, T extends boolean> = string extends keyof F
  ? OpenAccess
  : NoInfer<Access<F, T>>;
