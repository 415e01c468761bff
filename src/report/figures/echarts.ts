/** What figures are drawn with. The build puts these parts of echarts, and no others, in this file's place. */
export { BarChart, CustomChart, LineChart } from "echarts/charts";
export { GraphicComponent, GridComponent } from "echarts/components";
export { init, use } from "echarts/core";
export { SVGRenderer } from "echarts/renderers";
export type { BarSeriesOption, CustomSeriesOption, LineSeriesOption } from "echarts/charts";
export type { GraphicComponentOption, GridComponentOption } from "echarts/components";
export type { ComposeOption } from "echarts/core";
