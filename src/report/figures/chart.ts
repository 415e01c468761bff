import {
  BarChart,
  type BarSeriesOption,
  type ComposeOption,
  CustomChart,
  type CustomSeriesOption,
  GraphicComponent,
  type GraphicComponentOption,
  GridComponent,
  type GridComponentOption,
  init,
  LineChart,
  type LineSeriesOption,
  SVGRenderer,
  use,
} from "./echarts.js";
import type { Figure } from "./figure.js";
import { escapeHtml } from "../html.js";
import { fontFamily, themeVariables } from "../theme.js";

use([BarChart, CustomChart, LineChart, GridComponent, GraphicComponent, SVGRenderer]);

/** What a figure may be drawn with; colours are the theme's variables, so that one drawing serves light and dark. */
export type ChartOption = ComposeOption<
  BarSeriesOption | CustomSeriesOption | LineSeriesOption | GridComponentOption | GraphicComponentOption
>;

/** Draws without a document; sizes in CSS pixels. The same option gives the same bytes, whatever was drawn before. */
export function drawFigure(
  about: { name: string; title: string; caption: string },
  size: { width: number; height: number },
  option: ChartOption,
): Figure {
  const chart = init(null, null, { renderer: "svg", ssr: true, ...size });
  try {
    chart.setOption({ animation: false, textStyle: { fontFamily, fontSize: 12 }, ...option });
    // Names hold layer ids, and end up as file names and as ids in the markup.
    const name = about.name.replace(/[^\w.-]+/g, "-");
    return { ...about, name, svg: clean(chart.renderToSVGString(), name, about.title) };
  } finally {
    // Without this its timers keep the process alive.
    chart.dispose();
  }
}

/** The figure as a file of its own, with the theme's colours and its background. */
export function standaloneSvg({ svg }: Figure): string {
  return svg.replace(">", `><style>${themeVariables("svg")}svg{background:var(--paper)}</style>`);
}

/** Leaves out what only a live chart needs, and numbers ids by figure instead of by the process's count of charts. */
function clean(svg: string, name: string, title: string): string {
  return svg
    .replace(/<style[^>]*>[\s\S]*?<\/style>/g, "")
    .replace(/ (?:class|ecmeta_\w+|pointer-events)="[^"]*"/g, "")
    .replace(/zr\d+-/g, `${name}-`)
    .replace(/ xmlns:xlink="[^"]*" version="1.1" baseProfile="full"/, ` role="img" aria-label="${escapeHtml(title)}"`)
    .replaceAll("\n", "");
}
