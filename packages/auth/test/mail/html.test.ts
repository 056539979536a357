import { expect, test } from "vitest";

// Under another name the formatter leaves the markup as it is.
import { html as markup, markupOf, trustedHtml } from "../../src/mail/html.ts";

test("R-OT-9 values are escaped, for text and for attributes", () => {
  const name = `<img src=x onerror="a('b')">&`;
  expect(markupOf(markup`<p title="${name}">${name}</p>`)).toBe(
    '<p title="&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;">' +
      "&lt;img src=x onerror=&quot;a(&#39;b&#39;)&quot;&gt;&amp;</p>",
  );
});

test("what looks like a template in a value stays text", () => {
  const name = "{{7*7}} ${7*7} <%= 7*7 %>";
  expect(markupOf(markup`${name}`)).toBe("{{7*7}} ${7*7} &lt;%= 7*7 %&gt;");
});

test("markup in markup is kept, also in lists", () => {
  const items = ["a", "<b>"].map((item) => markup`<li>${item}</li>`);
  expect(markupOf(markup`<ul>${items}</ul>${trustedHtml("<hr>")}`)).toBe(
    "<ul><li>a</li><li>&lt;b&gt;</li></ul><hr>",
  );
});

test("other values are shown as JSON, and nothing where there is none", () => {
  expect(markupOf(markup`${1} ${true} ${null}${undefined}${{ a: "<" }}`)).toBe(
    "1 true {&quot;a&quot;:&quot;&lt;&quot;}",
  );
});

test("an object of a client's is no markup", () => {
  expect(markupOf({ markup: "<b>" })).toBeUndefined();
  expect(markupOf("<b>")).toBeUndefined();
  expect(markupOf(markup`${JSON.parse('{"lucent.html":"<b>"}')}`)).not.toContain("<b>");
});
