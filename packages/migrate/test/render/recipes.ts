import { columns, creation } from "./column-recipes.ts";
import { constraints, indexes, types } from "./constraint-recipes.ts";
import { links, orphans } from "./orphan-recipes.ts";
import type { Recipe } from "./recipe.ts";
import { phases, renames } from "./rename-recipes.ts";

/** Every way of doing something that render knows. */
export const recipes: readonly Recipe[] = [
  ...creation,
  ...columns,
  ...types,
  ...indexes,
  ...constraints,
  ...renames,
  ...orphans,
  ...links,
  ...phases,
];
