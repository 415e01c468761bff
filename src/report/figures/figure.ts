/** One figure of the report: an SVG drawing without a style sheet of its own, and what it shows in words. */
export interface Figure {
  /** File name without its ending, unique in a report: "confusion-subject". */
  name: string;
  title: string;
  /** One or two sentences under the figure, how to read it; may be empty. */
  caption: string;
  svg: string;
}
