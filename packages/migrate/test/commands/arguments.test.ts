import { describe, expect, it } from "vitest";

import { readOrder } from "../../src/commands/arguments.ts";

const nothing = {
  action: "migrate",
  path: "",
  json: false,
  dryRun: false,
  check: false,
  verify: false,
  waitMs: 60_000,
  drop: [],
  rewrite: [],
  backfill: [],
  plan: undefined,
  name: undefined,
};

describe("the arguments of lucent migrate", () => {
  it.each<[readonly string[], object]>([
    [[], {}],
    [["--dry-run", "--verify", "--json"], { dryRun: true, verify: true, json: true }],
    [["--check", "--wait", "0.5"], { check: true, waitMs: 500 }],
    [["--wait=0"], { waitMs: 0 }],
    [["--drop", "posts", "--drop=posts.old"], { drop: ["posts", "posts.old"] }],
    [
      ["--rewrite", "posts.size", "--backfill", "posts.slug"],
      { rewrite: ["posts.size"], backfill: ["posts.slug"] },
    ],
    [["--plan", "plan.json"], { plan: "plan.json" }],
    [["contract", "--check"], { action: "contract", check: true }],
    [["apply", "plan.json", "--dry-run"], { action: "apply", path: "plan.json", dryRun: true }],
    [["--json", "apply", "plan.json"], { action: "apply", path: "plan.json", json: true }],
    [["status", "--json"], { action: "status", json: true }],
    [["baseline", "--dry-run"], { action: "baseline", dryRun: true }],
    [["sql", "changes", "--name", "add-slug"], { action: "sql", path: "changes", name: "add-slug" }],
  ])("%j are understood", (args, expected) => {
    expect(readOrder(args)).toEqual({ ...nothing, ...expected });
  });

  it.each([
    [["reset"], 'There is no "lucent migrate reset".'],
    [["constructor"], 'There is no "lucent migrate constructor".'],
    [["migrate"], 'There is no "lucent migrate migrate".'],
    [["--force"], "--force"],
    [["--wait", "soon"], "--wait takes a number of seconds."],
    [["--wait="], "--wait takes a number of seconds."],
    [["--wait", "-1"], "--wait"],
    [["--wait", "Infinity"], "--wait takes a number of seconds."],
    [["--drop", "posts; drop table x"], "--drop, --rewrite and --backfill take table or table.column"],
    [["--drop"], "--drop"],
    [["--plan", "a", "--check"], "take one"],
    [["--plan="], "--plan takes the path of a file."],
    [["--name", "x"], "lucent migrate does not take --name."],
    [["contract", "--drop", "posts"], "lucent migrate contract does not take --drop."],
    [["apply"], "lucent migrate apply takes a plan file or a folder."],
    [["apply", "a", "b"], "lucent migrate apply takes a plan file or a folder."],
    [["apply", "a", "--drop", "posts"], "lucent migrate apply does not take --drop."],
    [["status", "x"], "lucent migrate status takes no further words."],
    [["sql", "a", "--name", "../x"], "--name must match"],
  ])("%j are refused in one line", (args, message) => {
    const answer = readOrder(args);
    expect(answer).toEqual(expect.stringContaining(message));
    expect(answer).not.toContain("\n");
  });
});
