import type { Content } from "./layout.ts";
import type { MessageInput, MessageName } from "./message.ts";

/**
 * What the messages say unless the application says it. Nothing in them comes from the account: anybody can register
 * somebody else's address, and a name of one's choice would be a text of one's choice in that somebody's mail.
 */
export const messages: { readonly [Name in MessageName]: (input: MessageInput<Name>) => Content } = {
  verify: ({ appName, url, expiresIn }) => ({
    subject: `Confirm your e-mail address for ${appName}`,
    before: [`An account at ${appName} was made with this e-mail address.`],
    action: { label: "Confirm this address", url },
    after: [
      `The link works once, for ${duration(expiresIn)}.`,
      "If it was not you, ignore this mail: nobody can use the account without the link.",
    ],
  }),
  reset: ({ appName, url, expiresIn }) => ({
    subject: `Choose a new password for ${appName}`,
    before: [`Somebody asked for a new password for your account at ${appName}.`],
    action: { label: "Choose a new password", url },
    after: [
      `The link works once, for ${duration(expiresIn)}.`,
      "If it was not you, ignore this mail: your password stays as it is.",
    ],
  }),
  confirmEmail: ({ appName, url, expiresIn }) => ({
    subject: `Confirm your new e-mail address for ${appName}`,
    before: [`An account at ${appName} is to have this e-mail address from now on.`],
    action: { label: "Confirm this address", url },
    after: [
      `The link works once, for ${duration(expiresIn)}.`,
      "If it was not you, ignore this mail: the account keeps the address it has.",
    ],
  }),
  changed: (input) => (input.changed === "password" ? passwordChanged(input) : addressChanged(input)),
  welcome: ({ appName, url }) => ({
    subject: `Welcome to ${appName}`,
    before: [`Your account at ${appName} is ready.`],
    action: { label: `Open ${appName}`, url },
    after: [],
  }),
  exists: ({ appName, url }) => ({
    subject: `You already have an account at ${appName}`,
    before: [
      `Somebody tried to make an account at ${appName} with this e-mail address. It has one already, and nothing was changed.`,
      "If it was you, log in as before. If you forgot your password, ask for a new one there.",
    ],
    action: { label: `Open ${appName}`, url },
    after: ["If it was not you, there is nothing to do."],
  }),
};

function passwordChanged({ appName, url }: MessageInput<"changed">): Content {
  return {
    subject: `Your password for ${appName} was changed`,
    before: [
      `The password of your account at ${appName} was changed.`,
      "If it was not you, ask for a new password at once: your address still gets the link.",
    ],
    action: { label: `Open ${appName}`, url },
    after: [],
  };
}

function addressChanged({ appName }: MessageInput<"changed">): Content {
  return {
    subject: `Your e-mail address for ${appName} was changed`,
    before: [
      `Your account at ${appName} has another e-mail address now. This one gets no more mails about it.`,
      `If it was not you, get in touch with ${appName} at once.`,
    ],
    after: [],
  };
}

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** A time in the largest unit that tells it exactly; one day is 24 hours, as people say. */
function duration(seconds: number): string {
  const [name, size] = units.find(([, length]) => seconds % length === 0 && seconds > length) ?? units[3];
  const count = seconds / size;
  return `${count} ${name}${count === 1 ? "" : "s"}`;
}
