import type { BodyReader } from "../body/body.ts";
import type { AccessEvaluator, Permit } from "./access.ts";
import type { HookRunner } from "./hooks.ts";

/** Says whether the version of a row is one that the caller knows (If-Match). */
export type Precondition = (id: string, version: string) => boolean;

/** What stands before a change of a row that is there. */
export interface Guard {
  readonly permit: Permit;
  readonly precondition: Precondition | undefined;
}

/** What changing a collection works with: rule, body and hooks; the row comes last, in one transaction with the hooks. */
export interface ChangeParts {
  readonly access: AccessEvaluator;
  readonly bodies: BodyReader;
  readonly hooks: HookRunner;
  readonly now: () => Date;
}
