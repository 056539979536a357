import type { Collection, Fields, FieldRuleContext, ValidateContext, Where } from "@lucent/core";

import { passwordLength, type PasswordRule, passwordRule } from "./credential/password-policy.ts";
import { canonicalEmail } from "./email.ts";
import { realmSettings, type RealmSettings } from "./settings.ts";

/**
 * The fields that an account has beside its collection's own. An address is for its owner: to show it to others, an
 * application copies it into a field of its own.
 * @param appName Known when a password is set.
 * @throws BootError where the options of the collection are wrong.
 */
export function accountFields(collection: Collection, appName: () => string): Fields {
  const settings = realmSettings(collection);
  const { slug } = collection;
  const access = { read: ownerOf(slug) };
  const { min, max } = passwordLength(settings.password);
  return {
    email: {
      type: "email",
      required: true,
      unique: true,
      writable: "create",
      access,
      normalise: canonicalEmail,
    },
    password: {
      type: "password",
      minLength: min,
      maxLength: max,
      validate: async (password: string, { data: { email } }: ValidateContext) =>
        (await passwordIssue(settings, password, { appName: appName(), slug, email })) ?? true,
    },
    emailVerified: { type: "boolean", required: true, default: false, writable: false, access },
    disabledAt: { type: "date", writable: false, access },
  };
}

/** What anybody can guess a password from. */
export interface Guessable {
  readonly appName: string;
  readonly slug: string;
  /** The account's address. */
  readonly email: unknown;
}

/** Which rule a new password breaks, if any. */
export function passwordIssue(
  { password: options }: RealmSettings,
  password: string,
  { appName, slug, email }: Guessable,
): Promise<PasswordRule | undefined> {
  return passwordRule(password, { options, words: [appName, slug, ...addressWords(email)] });
}

/** The part before the `@`, and the names of the domain. */
function addressWords(email: unknown): readonly string[] {
  if (typeof email !== "string") return [];
  const [local = "", domain = ""] = email.split("@");
  return [local, ...domain.split(".").slice(0, -1)];
}

function ownerOf(slug: string): (context: FieldRuleContext) => boolean | Where {
  return ({ user }) => (user?.collection === slug ? { id: { eq: user.id } } : false);
}
