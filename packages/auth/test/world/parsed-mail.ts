/** What a mail says, in the form of MIME that mail programs write. */
export interface ParsedMail {
  readonly from: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  readonly html: string;
  /** Addresses of the web in the text, in order. */
  readonly links: readonly string[];
  /** All headers by lower-case name; of several with one name the last. */
  readonly headers: ReadonlyMap<string, string>;
  readonly raw: string;
}

interface Part {
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
}

/** Reads a mail of one part, or of alternatives (RFC 2045 to 2047). */
export function parsedMail(raw: string): ParsedMail {
  const mail = partOf(raw);
  const boundary = /boundary="([^"]+)"/.exec(header(mail, "content-type"))?.[1];
  const parts =
    boundary === undefined
      ? [mail]
      : mail.body
          .split(`--${boundary}`)
          .slice(1, -1)
          .map((part) => partOf(part.replace(/^\r\n/, "")));
  const text = contentOf(parts, "text/plain");
  return {
    from: decodedWords(header(mail, "from")),
    to: decodedWords(header(mail, "to")),
    subject: decodedWords(header(mail, "subject")),
    text,
    html: contentOf(parts, "text/html"),
    links: text.match(/https?:\/\/\S+/g) ?? [],
    headers: mail.headers,
    raw,
  };
}

function partOf(text: string): Part {
  const end = text.indexOf("\r\n\r\n");
  const lines = text
    .slice(0, end)
    .replaceAll(/\r\n[ \t]+/g, " ")
    .split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const;
    }),
  );
  return { headers, body: text.slice(end + 4) };
}

function header(part: Part, name: string): string {
  return part.headers.get(name) ?? "";
}

function contentOf(parts: readonly Part[], type: string): string {
  const part = parts.find((one) => header(one, "content-type").startsWith(type));
  if (part === undefined) return "";
  const encoding = header(part, "content-transfer-encoding");
  return bodyOf(part.body, encoding).replaceAll("\r\n", "\n").trimEnd();
}

function bodyOf(body: string, encoding: string): string {
  if (encoding === "base64") return Buffer.from(body, "base64").toString();
  if (encoding === "quoted-printable") return unquoted(body.replaceAll(/=[ \t]*\r\n/g, ""));
  return body;
}

function unquoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/g, (_all, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return Buffer.from(bytes, "latin1").toString();
}

/** Decodes `=?UTF-8?Q?…?=`; the space between two of them is none. */
function decodedWords(text: string): string {
  return text
    .replaceAll(/\?=\s+=\?/g, "?==?")
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, kind: string, value: string) =>
      kind.toLowerCase() === "b"
        ? Buffer.from(value, "base64").toString()
        : unquoted(value.replaceAll("_", " ")),
    );
}
