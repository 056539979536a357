import { escaped } from "./escape.ts";
import { viewerPackage } from "./script.ts";

/** What is in the place of the page where the package that draws it is not installed. */
export function missingPage({
  title,
  document,
}: {
  readonly title: string;
  readonly document: string;
}): string {
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
<h1>${escaped(title)}</h1>
<p>This page is drawn by Scalar's API reference, which is not installed:</p>
<pre>${installCommand}</pre>
<p>Then start the application again. The description itself is at <a href="${escaped(document)}">${escaped(document)}</a>.</p>
</body>
</html>
`;
}

/** What brings the page. */
export const installCommand: string = `npm install ${viewerPackage}`;
