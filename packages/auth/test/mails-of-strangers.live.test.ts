import { afterAll, beforeAll, expect, test } from "vitest";

import { cheap } from "./world/accounts.ts";
import { type AuthWorld, authWorld, newCredentials } from "./world/auth-world.ts";
import { users } from "./world/collections.ts";
import { mailsHaveCome } from "./world/mailed.ts";
import { members, unverified, verified } from "./world/members.ts";

const collections = [users, members] as const;

let world: AuthWorld<typeof collections>;

beforeAll(async () => {
  world = await authWorld({ collections, auth: { hash: cheap } });
});
afterAll(() => world.stop());

const mailsTo = (email: string): number =>
  world.mails.mails.filter(({ recipients }) => recipients.includes(email)).length;

test("nobody fills a mailbox by registering its address over and over, wherever they come from", async () => {
  const known = await verified(world);
  const [open, free] = [await unverified(world), newCredentials()];
  const before = new Map([known, open, free].map(({ email }) => [email, mailsTo(email)]));
  const statuses: number[] = [];
  for (let time = 0; time < 5; time += 1) {
    for (const { email } of [known, open, free])
      statuses.push((await world.register({ email }, "members")).status);
  }
  expect(new Set(statuses)).toStrictEqual(new Set([202]));
  await mailsHaveCome(world, (await world.register()).email);
  const more = [...before].map(([email, count]) => mailsTo(email) - count);
  // The two that are known have had one when they registered themselves.
  expect(more).toStrictEqual([2, 2, 3]);
});

test("what is not mailed any more changes no password either", async () => {
  const ada = await world.register({}, "members");
  for (let time = 0; time < 2; time += 1) await world.register({ email: ada.email }, "members");
  const last = await world.register({ email: ada.email, password: ada.password }, "members");
  expect(last.status).toBe(202);
  await mailsHaveCome(world, (await world.register()).email);
  const stored = await world.sql("select password from members where email = $1", ada.email);
  for (let time = 0; time < 2; time += 1) await world.register({ email: ada.email }, "members");
  await mailsHaveCome(world, (await world.register()).email);
  expect(await world.sql("select password from members where email = $1", ada.email)).toStrictEqual(stored);
});

test("nor by changing addresses of own to it", async () => {
  const target = newCredentials();
  for (let time = 0; time < 4; time += 1) {
    const { accessToken: token, password: currentPassword } = await world.register();
    const body = { currentPassword, email: target.email };
    expect((await world.ask("POST", "/api/users/change-email", { token, body })).status).toBe(202);
  }
  await mailsHaveCome(world, (await world.register()).email);
  expect(mailsTo(target.email)).toBe(3);
});
