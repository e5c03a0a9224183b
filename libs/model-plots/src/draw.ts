import { parse, View } from 'vega';
import { chartSpec } from './chart-spec.js';
import type { Chart } from './chart.js';

/** Attributes that hold coordinates; the others hold text. */
const COORDINATES = / (?:d|transform|x|y|x1|x2|y1|y2|width|height)="[^"]*"/g;
const LONG_DECIMALS = /-?\d+\.\d{3,}(?:e-?\d+)?/g;

/**
 * The chart as SVG. No DOM and no canvas: widths of text are estimated, so that every machine draws the same. Coordinates
 * keep two decimals, since the last digits of a logarithm differ between machines.
 */
export async function draw(chart: Chart): Promise<string> {
  const view = new View(parse(chartSpec(chart)), { renderer: 'none' });
  try {
    const svg = await view.toSVG();
    return `${svg.replace(COORDINATES, (attribute) => attribute.replace(LONG_DECIMALS, short))}\n`;
  } finally {
    view.finalize();
  }
}

function short(number: string): string {
  return String(Number(Number(number).toFixed(2)));
}
