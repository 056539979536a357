// Under another name the formatter leaves the markup as it is: a mail is not a page of source.
import { type Html, html as markup } from "./html.ts";
import type { MessageText } from "./message.ts";

/** A message before it is laid out: paragraphs, and at most one thing to do. */
export interface Content {
  readonly subject: string;
  readonly before: readonly string[];
  readonly action?: { readonly label: string; readonly url: string };
  readonly after: readonly string[];
}

/** Lays a message out twice, as text and as HTML, so that both say the same. */
export function laidOut(content: Content): MessageText {
  return { subject: content.subject, text: textOf(content), html: htmlOf(content) };
}

function textOf({ before, action, after }: Content): string {
  const link = action === undefined ? [] : [`${action.label}:\n${action.url}`];
  return `${[...before, ...link, ...after].join("\n\n")}\n`;
}

const frame =
  "display:inline-block;padding:10px 18px;border:1px solid;border-radius:6px;font-weight:600;text-decoration:none";

// No colour is set anywhere: the reader's program chooses ink and paper, in light and in dark. No picture is loaded, so
// nothing tells that the mail was opened.
function htmlOf({ subject, before, action, after }: Content): Html {
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="supported-color-schemes" content="light dark">
<style>:root { color-scheme: light dark; }</style>
<title>${subject}</title>
</head>
<body style="margin:0;padding:24px">
<div style="max-width:520px;margin:0 auto;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,Arial,sans-serif">
${before.map(paragraph)}${action && button(action)}${after.map(paragraph)}</div>
</body>
</html>
`;
}

function paragraph(text: string): Html {
  return markup`<p>${text}</p>
`;
}

function button({ label, url }: NonNullable<Content["action"]>): Html {
  return markup`<p style="margin:24px 0"><a href="${url}" style="${frame}">${label}</a></p>
<p style="font-size:14px">Or copy this address into your browser:<br><span style="word-break:break-all">${url}</span></p>
`;
}
