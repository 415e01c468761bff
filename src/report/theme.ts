/** The typeface of page and figures: the reader's own, nothing is fetched. */
export const fontFamily = "system-ui, -apple-system, 'Segoe UI', 'Helvetica Neue', Arial, sans-serif";

/** One colour in light and in dark surroundings. */
interface Shade {
  light: string;
  dark: string;
}

/**
 * The colours by what they mean. Subject and reference differ in lightness as well as in hue, so that they stay apart in print
 * and for colour-blind readers.
 */
const shades = {
  paper: { light: "#ffffff", dark: "#15181c" },
  /** Panels and table heads. */
  surface: { light: "#f5f6f8", dark: "#1e2227" },
  ink: { light: "#1a1d21", dark: "#e8eaed" },
  /** Axis labels, captions. */
  muted: { light: "#5b636d", dark: "#a2abb5" },
  /** Axes, grid lines, borders. */
  line: { light: "#d9dde2", dark: "#363c44" },
  subject: { light: "#c2500a", dark: "#f59a4a" },
  reference: { light: "#1f4f8f", dark: "#82b4f0" },
  /** The network without any array. */
  digital: { light: "#6b7480", dark: "#98a2ad" },
  bad: { light: "#b3261e", dark: "#f2857e" },
  /** Text on a cell that is nearly filled. */
  onFilled: { light: "#ffffff", dark: "#101316" },
  layer1: { light: "#3b6fb6", dark: "#6ea3e6" },
  layer2: { light: "#c9772b", dark: "#e89a52" },
  layer3: { light: "#4a9460", dark: "#6fbf87" },
  layer4: { light: "#9a5aa8", dark: "#c187d0" },
  layer5: { light: "#b8554e", dark: "#e08880" },
  layer6: { light: "#3d9299", dark: "#62bcc3" },
  layer7: { light: "#8a7d2e", dark: "#bfb25c" },
  layer8: { light: "#7a6a5c", dark: "#ab9a8b" },
} as const satisfies Record<string, Shade>;

/** A colour of the theme. */
export type ColourName = keyof typeof shades;

/** The colour as CSS and SVG name it. */
export function colour(name: ColourName): string {
  return `var(--${name})`;
}

const layerColours = ["layer1", "layer2", "layer3", "layer4", "layer5", "layer6", "layer7", "layer8"] as const;

/** The colour of the layer at a place; they repeat after eight. */
export function layerColour(place: number): string {
  return colour(layerColours[place % layerColours.length]);
}

/** Text that a figure draws itself; what the chart draws has this typeface anyway. */
export function drawnText(fill: ColourName, fontSize: number) {
  return { fill: colour(fill), fontSize, fontFamily };
}

/** The style sheet that gives the colours their values under `selector`: light, dark where the reader prefers it, light in print. */
export function themeVariables(selector: string): string {
  const values = (surroundings: keyof Shade): string =>
    Object.entries(shades)
      .map(([name, shade]) => `--${name}:${shade[surroundings]}`)
      .join(";");
  return (
    `${selector}{color-scheme:light dark;${values("light")}}` +
    `@media screen and (prefers-color-scheme:dark){${selector}{${values("dark")}}}`
  );
}
