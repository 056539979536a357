/** A secret of a run, to be searched for everywhere. */
export interface Canary {
  readonly name: string;
  /** Every way in which it could have been written down. */
  readonly forms: readonly string[];
}

const shortest = 12;
const urlSafe = /^[A-Za-z0-9_-]{20,}$/;

/**
 * Makes a canary of a secret: raw, and in base64, base64url, hex, percent-encoded and JSON form, also where the text is
 * part of a longer one. A text that is itself base64url is looked for as the bytes that it stands for too.
 * @throws TypeError for a text so short that it could be found by chance.
 */
export function canary(name: string, secret: string): Canary {
  if (secret.length < shortest) throw new TypeError(`the canary "${name}" is too short`);
  const texts = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)];
  const materials = [
    Buffer.from(secret),
    ...(urlSafe.test(secret) ? [Buffer.from(secret, "base64url")] : []),
  ];
  return { name, forms: [...new Set([...texts, ...materials.flatMap(formsOf)])] };
}

function formsOf(bytes: Buffer): readonly string[] {
  const hex = bytes.toString("hex");
  const inBase64 = [0, 1, 2].map((offset) => insideBase64(bytes, offset));
  return [
    hex,
    hex.toUpperCase(),
    ...inBase64,
    ...inBase64.map((form) => form.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** What base64 makes of bytes that have so many before them and any behind them, where three bytes are four letters. */
function insideBase64(bytes: Buffer, offset: number): string {
  const whole = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(3)]).toString("base64");
  return whole.slice(offset === 0 ? 0 : 4, -8);
}

/** The names of the canaries that are in a text, in whatever form. */
export function sungIn(text: string, canaries: readonly Canary[]): readonly string[] {
  return canaries.filter(({ forms }) => forms.some((form) => text.includes(form))).map(({ name }) => name);
}

/** Whatever looks like a secret, or like somebody's address, whoever it belongs to. */
const suspicious: readonly RegExp[] = [
  // A signed token.
  /eyJ[\w-]{8,}\.[\w-]{8,}/,
  // An API key behind its public part.
  /lk_(?:live|test)_\w{8}_/,
  // A refresh token, a token of a mail, a digest: 32 bytes and more.
  /(?<![\w-])[\w-]{40,}(?![\w-])/,
  /\$argon2|\$2[aby]\$/,
  /-----BEGIN/,
  /[\w.+-]@[\w.-]+\.(?:com|example)\b/i,
  /bearer\s+[\w.-]{8,}/i,
  /"(?:password|currentPassword|newPassword|accessToken|refreshToken|token|cookie|authorization)":/i,
];

/** The expressions above that a text fits. */
export function suspicionsOf(text: string): readonly string[] {
  return suspicious.filter((each) => each.test(text)).map(String);
}
