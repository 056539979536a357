import { BootError } from "@lucent/core";
import { describe, expect, it } from "vitest";

import { migrate } from "../src/index.ts";

describe("migrate", () => {
  it("is a plugin with one command", () => {
    const plugin = migrate();
    expect(plugin.name).toBe("migrate");
    expect(plugin.commands?.map(({ name }) => name)).toEqual(["migrate"]);
  });

  it.each([
    [{ onStart: "yes" }, "onStart"],
    [{ dropOrphaned: true }, '"dropOrphaned"'],
  ])("refuses the options %j", (options, message) => {
    const attempt = () => migrate(options as Parameters<typeof migrate>[0]);
    expect(attempt).toThrow(BootError);
    expect(attempt).toThrow(message);
  });
});
