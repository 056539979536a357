import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { type Application, application, config } from "./application.ts";

const commandList = [
  "Commands:",
  "  greet  Say what was given.",
  "  look   Look around.",
  "  wait   Wait for the signal.",
  "  boom   Fail.",
];

let app: Application;
let bare: Application;
beforeAll(async () => {
  app = await application({
    "lucent.config.js": config,
    "other/config.mjs": config.replace('"posts"', '"others"'),
  });
  bare = await application({ "lucent.config.js": "export const config = { collections: [] };" });
});
afterAll(async () => {
  await app.remove();
  await bare.remove();
});

describe("lucent", () => {
  it.each<[readonly string[], readonly string[]]>([
    [["greet"], ["posts"]],
    [
      ["greet", "a", "--loud", "-x", "--wait", "5"],
      ["posts", "a", "--loud", "-x", "--wait", "5"],
    ],
    [
      ["greet", "--version", "--", "--help", "--config"],
      ["posts", "--version", "--", "--help", "--config"],
    ],
    [
      ["--config", "other/config.mjs", "greet", "a"],
      ["others", "a"],
    ],
    [
      ["--config=other/config.mjs", "greet", "a"],
      ["others", "a"],
    ],
    [
      ["greet", "a", "--config", "other/config.mjs", "b"],
      ["others", "a", "b"],
    ],
    [
      ["greet", "--config=other/config.mjs", "greet"],
      ["others", "greet"],
    ],
  ])("%j runs the command and gives it what is its own", async (args, given) => {
    expect(await app.lucent(...args)).toEqual({ code: 7, out: [JSON.stringify(given)], errors: [] });
  });

  it.each([["--help"], ["-h"]])("%s lists the commands of the plugins", async (flag) => {
    const { code, out, errors } = await app.lucent(flag);
    expect({ code, errors }).toEqual({ code: 0, errors: [] });
    expect(out.slice(-5)).toEqual(commandList);
  });

  it("without a command is help on the error stream, and a failure", async () => {
    const { code, out, errors } = await app.lucent();
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(errors.slice(-5)).toEqual(commandList);
  });

  it.each([[["greet", "--help"]], [["--help", "greet"]], [["greet", "-h", "x"]]])(
    "%j is the command's own help",
    async (args) => {
      expect(await app.lucent(...args)).toEqual({
        code: 0,
        out: ["Say what was given.", "", "lucent greet [words]"],
        errors: [],
      });
    },
  );

  it("--version needs no configuration", async () => {
    const empty = await application({});
    expect(await empty.lucent("--version")).toEqual({ code: 0, out: ["1.2.3"], errors: [] });
    await empty.remove();
  });

  it("--help without a configuration says why it lists no commands", async () => {
    const empty = await application({});
    const { code, out } = await empty.lucent("--help");
    expect(code).toBe(0);
    expect(out.at(-1)).toContain("There is no lucent.config.ts");
    await empty.remove();
  });

  it("an unknown command fails with the list", async () => {
    expect(await app.lucent("gret")).toEqual({
      code: 1,
      out: [],
      errors: ['There is no command "gret".', ...commandList],
    });
    expect((await bare.lucent("greet")).errors).toEqual([
      'There is no command "greet".',
      "No plugin of the configuration has a command.",
    ]);
  });

  it("does not take a word of Object.prototype for a command", async () => {
    expect(await app.lucent("constructor")).toMatchObject({ code: 1, out: [] });
  });

  it.each([
    [["--confg", "x", "greet"], 'There is no option "--confg"'],
    [["greet", "--config"], "--config takes the path of a file."],
  ])("%j is refused in one line", async (args, message) => {
    const { code, out, errors } = await app.lucent(...args);
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(errors).toEqual([expect.stringContaining(message)]);
  });

  it("hands on the environment, the signal and where to draw progress", async () => {
    const drawn: string[] = [];
    const given = {
      environment: { GREETING: "hello" },
      signal: AbortSignal.abort(),
      progress: (line: string): void => void drawn.push(line),
    };
    const { out } = await app.call(given, "look");
    expect(out).toEqual([JSON.stringify({ greeting: "hello", aborted: true, progress: "function" })]);
    expect(drawn).toEqual(["looking"]);
  });

  it("without them a command has the environment of the process and is never interrupted", async () => {
    const { out } = await app.lucent("look");
    expect(out).toEqual([JSON.stringify({ aborted: false, progress: "undefined" })]);
  });

  it("shows where a defect was", async () => {
    const { code, errors } = await app.lucent("boom");
    expect(code).toBe(1);
    expect(errors[0]).toMatch(/^TypeError: a defect\n\s+at /);
  });

  it("prints what is wrong with a configuration line by line", async () => {
    const wrong = await application({
      "lucent.config.js": 'export default { collections: [{ slug: "Bad", fields: {} }], nope: 1 };',
    });
    const { code, out, errors } = await wrong.lucent("greet");
    expect({ code, out }).toEqual({ code: 1, out: [] });
    expect(errors).toEqual([expect.stringContaining('"nope"'), expect.stringContaining('"Bad"')]);
    await wrong.remove();
  });

  it("refuses two commands of one name", async () => {
    const twice = await application({ "lucent.config.js": config.replace('"boom"', '"greet"') });
    expect(await twice.lucent("greet")).toEqual({
      code: 1,
      out: [],
      errors: ['Two plugins have a command "greet".'],
    });
    await twice.remove();
  });
});
