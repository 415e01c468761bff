import { expect } from "chai";
import fc from "fast-check";
import { escapeHtml, Html, html } from "../../../src/report/html.js";

describe("html", () => {
  it("escapes what is put in, and takes Html and lists as they are", () => {
    const inner = html`<b>${"a & b"}</b>`;
    expect(html`<p title="${'"'}">${inner}${[inner, "<", 1]}${undefined}</p>`.markup).equal(
      '<p title="&quot;"><b>a &amp; b</b><b>a &amp; b</b>&lt;1</p>',
    );
    expect(html`${new Html("<hr>")}`.markup).equal("<hr>");
  });

  it("leaves no character of any text that could end a tag or an attribute", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(escapeHtml(text)).not.match(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/);
      }),
    );
  });
});
