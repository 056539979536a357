import { escaped } from "./escape.ts";

/** What a page is made with. */
export interface PageParts {
  readonly title: string;
  /** Path of the document. */
  readonly document: string;
  /** Path of the script. */
  readonly script: string;
  /** Of this answer alone. */
  readonly nonce: string;
}

// Where the screen is narrow, the box that requests are made in would be wider than it, its button to send beyond the edge,
// and another button in front of the address.
const css = `
.scalar-client main > * { min-width: 0 }
.scalar-client tr > * { min-width: 0 }
@media (max-width: 1000px) { .scalar-client .scalar-sidebar-toggle { display: none } }`;

/**
 * What the script is told. Everything that would talk to somebody else is off: fonts, the proxy of requests, telemetry, the
 * assistant, the links to other services.
 */
function settingsOf(url: string): Readonly<Record<string, unknown>> {
  return {
    url,
    proxyUrl: "",
    withDefaultFonts: false,
    telemetry: false,
    agent: { disabled: true, hideAddApi: true },
    mcp: { disabled: true },
    hideClientButton: true,
    showDeveloperTools: "never",
    // A credential stays in the page, and is gone with it.
    persistAuth: false,
    customCss: css,
  };
}

// A field for a credential that is left empty would be sent as one, which is wrong; without it the browser's cookie counts.
const withoutEmptyCredentials = `({ request: { headers } }) => {
  for (const [name, value] of [...headers])
    if (/^(?:bearer)?$/i.test(value.trim())) headers.delete(name);
}`;

/** The page: nothing but the script and what it is told. */
export function pageOf({ title, document, script, nonce }: PageParts): string {
  const settings = JSON.stringify(settingsOf(document)).replaceAll("<", String.raw`\u003c`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="color-scheme" content="light dark">
<title>${escaped(title)}</title>
<link rel="icon" href="data:,">
</head>
<body>
<noscript>This page needs JavaScript. The document itself is at ${escaped(document)}.</noscript>
<div id="reference"></div>
<script nonce="${nonce}" src="${escaped(script)}"></script>
<script nonce="${nonce}">Scalar.createApiReference("#reference", {
  ...${settings},
  onRequestBuilt: ${withoutEmptyCredentials},
})</script>
</body>
</html>
`;
}
