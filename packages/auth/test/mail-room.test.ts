import { expect, test } from "vitest";

import { type MailRoom, openMailRoom } from "../src/mail-room.ts";
import { recordingLogger } from "./world/recording-logger.ts";

async function opened(appUrl: string): Promise<{ room: MailRoom | undefined; problems: readonly string[] }> {
  const problems: string[] = [];
  const environment = {
    environment: {},
    production: false,
    origin: undefined,
    logger: recordingLogger(),
    config: { collections: [] },
  };
  const mailer = { send: async () => undefined };
  const room = await openMailRoom({ appUrl, mailer }, environment, problems);
  return { room, problems };
}

test.each([
  "https://www.example.com/app",
  "https://www.example.com/?from=mail",
  "https://www.example.com/#top",
  "https://ada:secret@www.example.com",
  "ftp://www.example.com",
  "www.example.com",
])("links lead to the origin of the application and nothing beside it: %s is refused", async (appUrl) => {
  const { room, problems } = await opened(appUrl);
  expect([room, problems]).toStrictEqual([undefined, [expect.stringMatching(/must be an origin such as/)]]);
});

test.each(["https://www.example.com", "https://www.example.com/", "http://localhost:3000"])(
  "%s is one",
  async (appUrl) => {
    const { room, problems } = await opened(appUrl);
    expect(problems).toStrictEqual([]);
    expect(room?.link("reset", "x")).toBe(`${new URL(appUrl).origin}/reset-password?token=x`);
    await room?.close();
  },
);
