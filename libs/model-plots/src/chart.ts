/** Where a mark stands: numbers on a linear or logarithmic axis, names on an axis of bands. */
export type Place = number | string;

export interface Axis {
  /** With the unit. */
  readonly title: string;
  readonly kind?: 'linear' | 'log' | 'band';
  /** Of the labels, as d3-format has it: '.0%', ',.0f'. */
  readonly format?: string;
  /** Ends of a numeric axis; default: what the marks need, and 0. */
  readonly ends?: readonly [low: number, high: number];
}

/** One mark; `to` is where a bar, a range or a band begins, default 0. */
export interface Mark {
  readonly x: Place;
  readonly y: Place;
  readonly to?: number;
}

/** Marks of one kind and one colour. Layers of one name share their colour and their entry in the legend. */
export interface Layer {
  readonly mark: 'line' | 'steps' | 'dashes' | 'points' | 'bars' | 'stack' | 'ranges' | 'band';
  readonly name: string;
  readonly marks: readonly Mark[];
}

/** Cells of two axes of bands, darker for a larger value. */
export interface Cell {
  readonly x: string;
  readonly y: string;
  readonly value: number;
  readonly label: string;
}

/** What is drawn, without a word about how. Plain JSON, so that it can be kept beside the result that it shows. */
export interface Chart {
  readonly title: string;
  readonly subtitle?: string;
  readonly x: Axis;
  readonly y: Axis;
  readonly layers?: readonly Layer[];
  readonly cells?: readonly Cell[];
}
