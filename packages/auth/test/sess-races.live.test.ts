import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import type { Answered } from "./world/asker.ts";
import { type Application, type AuthWorld, authWorld } from "./world/auth-world.ts";
import { door, type Entered, newcomer } from "./world/door.ts";
import { resetToken } from "./world/mailed.ts";

const rounds = process.env["LUCENT_LONG"] === "1" ? 200 : 50;
const lanes = 4;
const timeout = rounds * 1_000;

let world: AuthWorld;
/** Another process on the same database. */
let node: Application;

beforeAll(async () => {
  world = await authWorld({ auth: { hash: cheap }, plugins: [door()] });
  node = await world.another();
});
afterAll(() => world.stop());

const me = async (token: string): Promise<number> =>
  (await world.ask("GET", "/api/users/me", { token })).status;
const refresh = (refreshToken: string, { ask }: Pick<Application, "ask"> = world): Promise<Answered> =>
  ask("POST", "/api/users/refresh", { body: { refreshToken } });

/** Lets some requests go by, so that now one and now the other comes first. */
async function after<T>(requests: number, work: () => Promise<T>): Promise<T> {
  for (let at = 0; at < requests; at += 1) await world.ask("GET", "/.well-known/jwks.json");
  return work();
}

/** Runs all rounds, a few side by side, and expects each order to have been met. */
async function inRounds(race: (round: number) => Promise<ReadonlySet<"refresh" | "end">>): Promise<void> {
  const winners = new Set<string>();
  const next = Array.from({ length: rounds }, (_, round) => round).values();
  const lane = async (): Promise<void> => {
    for (const round of next) for (const winner of await race(round)) winners.add(winner);
  };
  await Promise.all(Array.from({ length: lanes }, lane));
  expect([...winners].toSorted(), "both orders were met").toStrictEqual(["end", "refresh"]);
}

async function expectOver({ id }: Entered, answers: readonly Answered[]): Promise<void> {
  const good = answers.filter(({ status }) => status === 200).map(({ body }) => body);
  for (const { accessToken, refreshToken } of good) {
    expect(await me(accessToken)).toBe(401);
    // The other node counts for itself: of one session each answers 30 in a minute.
    expect((await refresh(refreshToken, node)).status).toBe(401);
  }
  expect(await world.sql("select id from lucent_sessions where user_id = $1::uuid", id)).toStrictEqual([]);
}

test(
  `T-SESS-09 in ${rounds} races of a refresh with a sign-out nothing of the family is left`,
  () =>
    inRounds(async (round) => {
      const ada = await newcomer(world);
      const shown =
        round % 2 === 0 ? { token: ada.accessToken } : { body: { refreshToken: ada.refreshToken } };
      const [refreshed, signedOut] = await Promise.all([
        after(round % 3, () => refresh(ada.refreshToken)),
        after((round * 5) % 4, () => node.ask("POST", "/api/users/logout", shown)),
      ]);
      expect([200, 401]).toContain(refreshed.status);
      expect(signedOut.status).toBe(204);
      await expectOver(ada, [{ ...refreshed, status: 200, body: ada }, refreshed]);
      return new Set([refreshed.status === 200 ? "refresh" : "end"]);
    }),
  timeout,
);

/** Refreshes one token after the other until one is refused, or as often as one session may. */
async function refreshOn(token: string, answers: Answered[]): Promise<void> {
  for (let at = 0, next = token; at < 25; at += 1) {
    const answer = await after(1, () => refresh(next));
    answers.push(answer);
    if (answer.status !== 200) return;
    next = answer.body.refreshToken;
  }
}

test(
  `T-SESS-10 in ${rounds} races of refreshes with a reset nothing of the family is left`,
  () =>
    inRounds(async (round) => {
      const ada = await newcomer(world);
      const token = await resetToken(world, ada.email);
      const answers: Answered[] = [];
      const body = { token, password: `a new one of round ${round}` };
      const [, reset] = await Promise.all([
        after(round % 7, () => refreshOn(ada.refreshToken, answers)),
        node.ask("POST", "/api/users/reset-password", { body }),
      ]);
      expect(reset.status).toBe(204);
      expect(answers.map(({ status }) => status).filter((status) => status !== 200)).toStrictEqual(
        answers.at(-1)?.status === 200 ? [] : [401],
      );
      await expectOver(ada, answers);
      expect(await me(ada.accessToken)).toBe(401);
      return new Set(answers.map(({ status }) => (status === 200 ? "refresh" : "end")));
    }),
  timeout,
);
