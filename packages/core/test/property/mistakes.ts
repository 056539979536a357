import type { Mistakes } from "./sight.ts";

/** What an engine could get wrong about relations and rules, one at a time. */
export const mistakes: readonly { readonly name: string; readonly mistake: Mistakes }[] = [
  { name: "follows relationships to rows that their own rule hides", mistake: { followsHiddenRows: true } },
  { name: "follows relationships to deleted rows", mistake: { followsDeletedRows: true } },
  { name: "goes through a collection that may not be read", mistake: { followsLocked: true } },
  { name: "filters by what is readable in some rows only", mistake: { namesConditional: true } },
  { name: "shows what is readable in other rows", mistake: { showsConditional: true } },
  { name: "forgets the rule for deleted rows", mistake: { showsEveryDeleted: true } },
];
