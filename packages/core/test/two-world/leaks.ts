import type { Leak } from "./world.ts";

/** Defects that are put into the application on purpose, to show that the comparison would find one like them. */
export const leaks: readonly { readonly name: string; readonly leak: Leak }[] = [
  {
    name: "a hook that counts all rows into each document",
    leak: {
      hooks: {
        afterRead: [
          async ({ doc, collection, lucent }) => ({
            ...doc,
            total: await lucent.asSystem()[collection]?.count(),
          }),
        ],
      },
    },
  },
  {
    name: "a forgotten rule for rows",
    leak: { rules: (rules) => ({ ...rules, read: rules.read !== false }) },
  },
  { name: "a forgotten rule for fields", leak: { rules: (rules) => ({ ...rules, fields: {} }) } },
  {
    name: "a forgotten rule for deleted rows",
    leak: { rules: (rules) => ({ ...rules, readDeleted: true }) },
  },
];
