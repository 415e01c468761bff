import { fontFamily, themeVariables } from "./theme.js";

/** The page's one style sheet: no fonts, images or scripts from anywhere; light, dark and print; one column on narrow screens. */
export function pageStyle(): string {
  return `
${themeVariables(":root")}
* { box-sizing: border-box }
html { -webkit-text-size-adjust: 100% }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 ${fontFamily} }
main, header, footer { max-width: 1160px; margin: 0 auto; padding: 0 24px }
header { padding-top: 40px }
h1 { font-size: 30px; line-height: 1.2; margin: 6px 0 10px; letter-spacing: -0.01em; text-wrap: balance }
h2 { font-size: 21px; line-height: 1.3; margin: 0 0 4px; letter-spacing: -0.005em }
h3 { font-size: 16px; margin: 0 0 6px }
p { margin: 0 0 12px; max-width: 74ch }
li { overflow-wrap: anywhere }
section { padding: 36px 0 8px; border-top: 1px solid var(--line); margin-top: 32px }
section > .lead { color: var(--muted); margin-bottom: 20px }
a { color: inherit }
code { font: 0.92em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; overflow-wrap: anywhere }
pre { margin: 0 0 12px; padding: 12px 14px; background: var(--surface); border: 1px solid var(--line); border-radius: 6px; overflow-x: auto }
pre code { overflow-wrap: normal }
.eyebrow { color: var(--muted); font-size: 14px; margin: 0 }
.macros { display: flex; flex-wrap: wrap; gap: 8px 28px; margin: 0 0 18px; font-size: 15px }
.macros .name { font-weight: 600 }
.dot { display: inline-block; width: 10px; height: 10px; border-radius: 50%; margin-right: 7px }
.kind { font-size: 13px; padding: 1px 8px; margin-left: 7px; border: 1px solid currentColor; border-radius: 99px; white-space: nowrap }
.subject { color: var(--subject) } .reference { color: var(--reference) }
.dot.subject { background: var(--subject) } .dot.reference { background: var(--reference) }
.note { border-left: 3px solid var(--muted); padding: 2px 0 2px 14px; color: var(--muted); margin: 0 0 12px; max-width: 80ch }
.note.warning { border-color: var(--bad); color: var(--ink) }
.verdict { font-size: 20px; line-height: 1.4; font-weight: 600; margin: 20px 0 16px; max-width: 60ch; text-wrap: balance }
.figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 1px; background: var(--line); border: 1px solid var(--line); border-radius: 8px; overflow: hidden; margin: 0 }
.figures div { background: var(--paper); padding: 14px 18px }
.figures dt { color: var(--muted); font-size: 14px }
.figures dd { margin: 0 }
.figures .value { font-size: 28px; line-height: 1.25; font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: -0.01em; white-space: nowrap }
.figures .unit { font-size: 16px; font-weight: 500 }
.figures .detail { color: var(--muted); font-size: 13.5px; font-variant-numeric: tabular-nums }
.two { display: grid; grid-template-columns: minmax(0, 6fr) minmax(0, 7fr); gap: 24px 48px; align-items: start }
.half { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 32px 48px; align-items: start }
.layer { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 24px; margin-bottom: 36px }
.many { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(330px, 100%), 1fr)); gap: 28px 24px; align-items: start }
figure { margin: 0; min-width: 0 }
figure svg { display: block; width: 100%; height: auto }
figure h3 { margin-bottom: 8px }
figcaption { color: var(--muted); font-size: 14px; line-height: 1.45; margin-top: 8px; max-width: 62ch }
.wide { overflow-x: auto }
.wide svg { width: auto; max-width: 100%; min-width: 560px }
.scroll { overflow-x: auto; margin: 0 0 16px }
.scroll:focus-visible, .wide:focus-visible { outline: 2px solid var(--reference); outline-offset: 3px }
table { border-collapse: collapse; font-size: 14.5px; font-variant-numeric: tabular-nums }
th, td { text-align: right; padding: 6px 14px 6px 0; border-bottom: 1px solid var(--line); white-space: nowrap; vertical-align: baseline }
th { font-weight: 600 } thead th { color: var(--muted); font-weight: 500; font-size: 13.5px }
th:first-child, td.text, th.text { text-align: left } tr:last-child > * { border-bottom: 0 }
table.facts td { white-space: normal; text-align: left } table.facts th { color: var(--muted); font-weight: 500; padding-right: 28px; vertical-align: top }
footer { color: var(--muted); font-size: 14px; padding-top: 24px; padding-bottom: 40px }
@media (max-width: 820px) {
  .figures { grid-template-columns: repeat(2, 1fr) } .two, .half, .layer { grid-template-columns: minmax(0, 1fr) }
}
@media (max-width: 520px) {
  main, header, footer { padding-left: 16px; padding-right: 16px }
  header { padding-top: 24px } h1 { font-size: 25px } .verdict { font-size: 18px }
  .figures div { padding: 12px } .figures .value { font-size: 23px }
  section { padding-top: 28px; margin-top: 24px }
}
@media print {
  body { font-size: 10.5pt } .scroll { overflow: visible } table { font-size: 8.5pt } th, td { padding-right: 8px } th { white-space: normal }
  section, figure, table { break-inside: avoid } section.long { break-inside: auto }
  header, main, footer { max-width: none; padding-left: 0; padding-right: 0 } .half { display: grid; grid-template-columns: repeat(2, minmax(0, 1fr)); gap: 32px 48px; align-items: start }
.layer { display: grid; grid-template-columns: repeat(3, minmax(0, 1fr)); gap: 24px; margin-bottom: 36px }
.many { grid-template-columns: repeat(2, 1fr) }
}
`
    .trim()
    .replace(/\n\s*/g, "\n");
}
