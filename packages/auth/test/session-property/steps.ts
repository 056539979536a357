import * as fc from "fast-check";

import type { World } from "../world/store.ts";
import { explanations } from "./explain.ts";
import { isLive, passable, slack, type State } from "./model.ts";
import type { Operation, Outcome, Paced, Perform } from "./operation.ts";

/** What a run acts on. */
export interface Real {
  readonly world: World;
  readonly userId: string;
  /** Two processes, or two pools. */
  readonly places: readonly [Perform, Perform];
  /** Mails a reset token. */
  readonly mail: () => Promise<string>;
  readonly startedAt: number;
}

/** What is known about it. */
export interface Model {
  /** What it may be like: some operations at the same time leave open which of them came first. */
  states: readonly [State, ...State[]];
  passwords: number;
}

export type Step = fc.AsyncCommand<Model, Real>;

/** An operation before it is known what sessions there are. */
export interface Intent {
  readonly kind: Operation["kind"];
  /** Which session, counted back from the newest. */
  readonly session: number;
  /** How many rotations behind a refresh token is. */
  readonly behind: number;
  readonly isKept: boolean;
  readonly pace: readonly number[];
  readonly place: 0 | 1;
}

const kinds: fc.MaybeWeightedArbitrary<Operation["kind"]>[] = [
  { weight: 5, arbitrary: fc.constant("signIn") },
  { weight: 9, arbitrary: fc.constant("refresh") },
  { weight: 3, arbitrary: fc.constant("use") },
  { weight: 2, arbitrary: fc.constant("signOut") },
  ...(["signOutAll", "changePassword", "reset", "disable", "remove"] as const).map((kind) => ({
    weight: 1,
    arbitrary: fc.constant(kind),
  })),
  { weight: 2, arbitrary: fc.constant("enable") },
  { weight: 2, arbitrary: fc.constant("restore") },
];

const intent = (paces: number): fc.Arbitrary<Intent> =>
  fc.record({
    kind: fc.oneof(...kinds),
    // The newest ones most often, but any may be meant.
    session: fc.oneof(fc.constant(0), fc.nat({ max: 3 })),
    behind: fc.constantFrom(0, 0, 0, 1, 1, 2, 3),
    isKept: fc.boolean(),
    pace: fc.array(fc.nat({ max: 3 }), { maxLength: paces }),
    place: fc.constantFrom(0, 1),
  });

const days = 86_400;
const spans = [3, 6, 40, 3 * days, 5.5 * days, 5.5 * days, 7.5 * days];

/** The steps of a run: one operation, up to three at the same time, or time that passes. */
export const steps: fc.Arbitrary<Iterable<Step>> = fc.commands<Model, Real, false>(
  [
    intent(0).map((each) => new Together([each])),
    fc.array(intent(4), { minLength: 2, maxLength: 3 }).map((each) => new Together(each)),
    fc.constantFrom(...spans).map((seconds) => new Pass(seconds)),
  ],
  { maxCommands: 14, size: "max" },
);

class Pass implements Step {
  private readonly seconds: number;

  constructor(seconds: number) {
    this.seconds = seconds;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    await pass(model, real, this.seconds);
  }

  toString(): string {
    return `${this.seconds} s pass`;
  }
}

class Together implements Step {
  private readonly intents: readonly Intent[];
  private happened = "";

  constructor(intents: readonly Intent[]) {
    this.intents = intents;
  }

  check(): boolean {
    return true;
  }

  async run(model: Model, real: Real): Promise<void> {
    const { world, userId, places, startedAt } = real;
    // Two moments are never the same to the database.
    await pass(model, real, 0.05);
    const planned = await plan(model, real, this.intents);
    const outcomes = await Promise.all(
      planned.map((each, at) => places[this.intents[at]?.place ?? 0](userId, each)),
    );
    const events = planned.map(({ operation }, at) => ({ operation, outcome: outcomes[at] ?? "" }));
    this.happened = JSON.stringify(events);
    const rows = await stored(world, userId);
    const found = model.states
      .flatMap((each) => explanations(each, events))
      .filter((each) => fits(each, rows));
    const [first, ...others] = distinct(found);
    if (first === undefined) {
      // So close to a limit that nothing can be said.
      fc.pre(performance.now() - startedAt < slack * 1_000);
      throw new TypeError(`no order explains ${this.happened} and ${JSON.stringify(rows)}`);
    }
    model.states = [first, ...others];
  }

  toString(): string {
    return this.happened === "" ? JSON.stringify(this.intents) : this.happened;
  }
}

async function pass(model: Model, { world, userId }: Real, seconds: number): Promise<void> {
  const passed = passable(model.states, seconds);
  model.states = mapped(model.states, (each) => ({ ...each, clock: each.clock + passed }));
  await world.sql(
    `update lucent_sessions set (created_at, last_used_at, rotated_at, expires_at) =
      (created_at - n.span, last_used_at - n.span, rotated_at - n.span, expires_at - n.span)
    from (select make_interval(secs => $2::float8)) n (span) where user_id = $1::uuid`,
    userId,
    passed,
  );
}

function mapped([first, ...others]: Model["states"], change: (state: State) => State): Model["states"] {
  return [change(first), ...others.map(change)];
}

function distinct(states: readonly State[]): readonly State[] {
  return [...new Map(states.map((each) => [JSON.stringify(each, asList), each])).values()];
}

function asList(_: string, value: unknown): unknown {
  return value instanceof Map ? [...value].toSorted(([one], [other]) => (one < other ? -1 : 1)) : value;
}

/** Makes operations of intents, by what is known before them. */
async function plan(model: Model, real: Real, intents: readonly Intent[]): Promise<readonly Paced[]> {
  const isReset = intents.some(({ kind }) => kind === "reset");
  const token = isReset ? await real.mail() : "";
  if (isReset) model.states = mapped(model.states, (each) => ({ ...each, hasToken: token !== "" }));
  return intents.map((each) => ({ operation: operationOf(model, each, token), pace: each.pace }));
}

function operationOf(
  model: Model,
  { kind, session: back, behind, isKept }: Intent,
  token: string,
): Operation {
  const [state] = model.states;
  const ids = [...state.sessions.keys()];
  // A session that there never was, while there is none.
  const session = ids.at(-1 - (back % Math.max(ids.length, 1))) ?? "00000000-0000-4000-8000-000000000000";
  const keep = isKept ? session : undefined;
  switch (kind) {
    case "signIn":
      return { kind, password: state.password };
    case "refresh": {
      const generation = Math.max((state.sessions.get(session)?.counter ?? 0) - behind, 0);
      return { kind, session, generation };
    }
    case "use":
    case "signOut":
      return { kind, session };
    case "signOutAll":
      return { kind, keep };
    case "changePassword":
      return { kind, from: state.password, to: nextPassword(model), keep };
    case "reset":
      return { kind, token, to: nextPassword(model) };
    case "disable":
    case "enable":
    case "remove":
    case "restore":
      return { kind };
  }
}

function nextPassword(model: Model): string {
  model.passwords += 1;
  return `password ${model.passwords}`;
}

/** What the database holds. */
interface Rows {
  readonly account: readonly unknown[];
  readonly sessions: readonly (readonly [id: string, counter: number])[];
}

async function stored({ sql }: World, userId: string): Promise<Rows> {
  const [account = []] = await sql(
    "select password, disabled_at is not null, deleted_at is not null from users where id = $1::uuid",
    userId,
  );
  const sessions = await sql("select id, counter from lucent_sessions where user_id = $1::uuid", userId);
  return { account, sessions: sessions.map(([id, counter]) => [String(id), Number(counter)]) };
}

/** Whether there is one row with the right counter for each session that lives, and none for one that was ended. */
function fits(state: State, { account: [password, isDisabled, isRemoved], sessions }: Rows): boolean {
  const rows = new Map(sessions);
  return (
    password === state.password &&
    isDisabled === state.isDisabled &&
    isRemoved === state.isRemoved &&
    [...state.sessions].every(([id, each]) => !isLive(state, each) || rows.get(id) === each.counter) &&
    sessions.every(([id, counter]) => {
      const session = state.sessions.get(id);
      return session !== undefined && !session.isEnded && session.counter === counter;
    })
  );
}

/** At the end nothing that was ever given out works, but the current token of each session that lives. */
export async function settle(
  { states: [state] }: Model,
  { userId, places: [perform] }: Real,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  const isOpen = !state.isDisabled && !state.isRemoved;
  const tried = async (operation: Operation): Promise<Outcome> => perform(userId, { operation, pace: [] });
  for (const [session, each] of state.sessions) {
    const isAlive = isOpen && isLive(state, each);
    if (((await tried({ kind: "use", session })) === "alive") !== isAlive) wrong.push(`use of ${session}`);
    // Whatever is older ends the session, so that the current one comes first.
    for (
      let generation = each.counter;
      generation >= 0 && !(isAlive && generation < each.counter);
      generation -= 1
    ) {
      const outcome = await tried({ kind: "refresh", session, generation });
      if (isAlive ? outcome !== "rotated" : outcome === "rotated" || outcome === "grace") {
        wrong.push(`refresh ${generation} of ${session}: ${outcome}`);
      }
    }
  }
  return wrong;
}
