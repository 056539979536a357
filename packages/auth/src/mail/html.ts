const brand: unique symbol = Symbol.for("lucent.html");

/** Markup that may stand in a mail as it is. Made by `html`, or by `trustedHtml` where somebody vouches for it. */
export interface Html {
  readonly [brand]: string;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/**
 * Markup with values in it: html`<p>Hello ${user.name}</p>`. Values are escaped, for text and for attributes in quotes;
 * markup made by `html` is kept, and the items of a list stand one behind the other.
 */
export function html(markup: TemplateStringsArray, ...values: readonly unknown[]): Html {
  return trustedHtml(
    markup.map((part, index) => (index < values.length ? part + textOf(values[index]) : part)).join(""),
  );
}

/** Takes text for markup, unescaped: for what a template engine made that escapes by itself. */
export function trustedHtml(markup: string): Html {
  return { [brand]: markup };
}

/** The markup, or `undefined` for anything that was not made by `html` or `trustedHtml`. */
export function markupOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !(brand in value)) return undefined;
  const markup = value[brand];
  return typeof markup === "string" ? markup : undefined;
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return "";
  if (Array.isArray(value)) return value.map(textOf).join("");
  return markupOf(value) ?? escaped(typeof value === "string" ? value : JSON.stringify(value));
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => entities[character] ?? "");
}
