import type { CollectionModel } from "../contract/model.ts";
import type { Operation, User } from "../contract/rule.ts";
import type { Session } from "./session.ts";

/** On whose behalf something is done. */
export interface Principal {
  readonly user: User | null;
  /** `true` only for `lucent.asSystem()`: no rule is asked. */
  readonly system: boolean;
  /** Whether the account reads its own document whatever the rule of its rows says. Those of its fields are asked. */
  readonly isOwn?: boolean;
  /** Whether it asks over HTTP, by the routes of collections. */
  readonly isRemote?: boolean;
  readonly requestId: string;
}

/** What someone wants to do with a collection. */
export interface Call {
  readonly model: CollectionModel;
  readonly operation: Operation;
  /** The document asked for, where the operation names one. */
  readonly id: string | undefined;
  readonly principal: Principal;
  /** Whether deleted documents are there too: only for a restore. */
  readonly includeDeleted?: boolean;
  /** Where its statements run. */
  readonly session: Session;
}
