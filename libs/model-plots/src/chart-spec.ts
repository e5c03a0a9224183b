import type { Spec, Axis as VegaAxis, Mark as VegaMark, Scale } from 'vega';
import type { Axis, Cell, Chart, Layer } from './chart.js';
import { extentOf } from './extent.js';

/** Okabe & Ito's colours: told apart by colour-blind readers too. */
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#7f7f7f'];
const [WIDTH, HEIGHT] = [560, 320];
const LIGHT = '#deebf7';
const DARK = '#08519c';

/** The Vega specification of a chart. */
export function chartSpec(chart: Chart): Spec {
  const { title, subtitle, x, y, layers = [], cells = [] } = chart;
  const names = [...new Set(layers.map(({ name }) => name))];
  const colours = [{ name: 'colour', type: 'ordinal', domain: names, range: COLOURS } satisfies Scale];
  return {
    $schema: 'https://vega.github.io/schema/vega/v6.json',
    width: WIDTH,
    height: HEIGHT,
    padding: 12,
    background: 'white',
    title: { text: title, ...(subtitle === undefined ? {} : { subtitle }) },
    config: {
      title: { anchor: 'start', offset: 14, fontSize: 15 },
      axis: { titleFontWeight: 'normal', titlePadding: 8, gridColor: '#e5e5e5' },
    },
    data: [
      ...layers.map((layer, at) => ({ name: dataOf(at), values: layer.marks.map((mark) => ({ ...mark })) })),
      { name: 'cells', values: cells.map((cell) => ({ ...cell })) },
    ],
    scales: [
      scaleOf(x, { name: 'x', range: 'width', chart }),
      scaleOf(y, { name: 'y', range: 'height', chart }),
      ...colours,
      { name: 'shade', type: 'linear', domain: { data: 'cells', field: 'value' }, range: [LIGHT, DARK] },
    ],
    axes: [axisOf('x', x, cells.length > 0), axisOf('y', y, cells.length > 0)],
    legends: names.length > 1 ? [{ fill: 'colour', orient: 'right', symbolType: 'square', labelLimit: 240 }] : [],
    marks: [...layers.flatMap((layer, at) => layerMarks(layer, { at, chart })), ...cellMarks(cells)],
  };
}

interface ScalePlace {
  readonly name: 'x' | 'y';
  readonly range: 'width' | 'height';
  readonly chart: Chart;
}

function scaleOf({ kind = 'linear', ends }: Axis, { name, range, chart }: ScalePlace): Scale {
  const places = [...(chart.layers ?? []).flatMap(({ marks }) => marks), ...(chart.cells ?? [])].map(
    (mark) => mark[name],
  );
  if (kind === 'band') {
    const domain = [...new Set(places.map(String))];
    const padding = (chart.cells ?? []).length > 0 ? 0 : 0.2;
    return { name, type: 'band', range, domain, padding };
  }
  const others = name === 'y' ? (chart.layers ?? []).flatMap(({ marks }) => marks.flatMap(({ to }) => to ?? [])) : [];
  const numbers = [...places.map(Number), ...others];
  const domain = ends ?? extentOf(numbers);
  return kind === 'log'
    ? { name, type: 'log', range, domain: [...domain] }
    : { name, type: 'linear', range, domain: [...domain], zero: ends === undefined, nice: ends === undefined };
}

function axisOf(scale: 'x' | 'y', { title, kind, format }: Axis, bare: boolean): VegaAxis {
  return {
    scale,
    orient: scale === 'x' ? 'bottom' : 'left',
    title,
    grid: !bare && kind !== 'band',
    ...(format === undefined ? {} : { format }),
    ...(kind === 'band' ? { ticks: false, labelAngle: 0 } : { tickCount: 7 }),
  };
}

function dataOf(at: number): string {
  return `layer-${String(at)}`;
}

interface LayerPlace {
  readonly at: number;
  readonly chart: Chart;
}

function layerMarks({ mark, name }: Layer, place: LayerPlace): readonly VegaMark[] {
  const from = { data: dataOf(place.at) };
  const colour = { scale: 'colour', value: name };
  const x = { scale: 'x', field: 'x', ...(place.chart.x.kind === 'band' ? { band: 0.5 } : {}) };
  const y = { scale: 'y', field: 'y', ...(place.chart.y.kind === 'band' ? { band: 0.5 } : {}) };
  const to = { scale: 'y', field: 'to' };
  switch (mark) {
    case 'line':
    case 'steps':
    case 'dashes': {
      const strokeDash = { value: mark === 'dashes' ? [6, 4] : [] };
      const interpolate = { value: mark === 'steps' ? ('step-after' as const) : ('linear' as const) };
      return [
        {
          type: 'line',
          from,
          encode: { enter: { x, y, interpolate, stroke: colour, strokeWidth: { value: 2 }, strokeDash } },
        },
      ];
    }
    case 'points':
      return [
        {
          type: 'symbol',
          from,
          encode: { enter: { x, y, fill: colour, fillOpacity: { value: 0.75 }, size: { value: 40 } } },
        },
      ];
    case 'ranges':
      return [{ type: 'rule', from, encode: { enter: { x, y, y2: to, stroke: colour, strokeWidth: { value: 2 } } } }];
    case 'band':
      return [
        {
          type: 'area',
          from,
          encode: {
            enter: {
              x,
              y,
              y2: to,
              interpolate: { value: 'step-after' as const },
              fill: colour,
              fillOpacity: { value: 0.15 },
            },
          },
        },
      ];
    case 'bars':
    case 'stack':
      return [barMark({ mark, name }, place)];
  }
}

/** Bars of several layers stand beside each other; those of a stack on top of each other, from `to` up. */
function barMark({ mark, name }: Pick<Layer, 'mark' | 'name'>, { at, chart }: LayerPlace): VegaMark {
  const layers = chart.layers ?? [];
  const beside = mark === 'stack' ? [at] : layers.flatMap((layer, index) => (layer.mark === 'bars' ? [index] : []));
  return {
    type: 'rect',
    from: { data: dataOf(at) },
    encode: {
      enter: {
        x: { scale: 'x', field: 'x', band: beside.indexOf(at) / beside.length },
        width: { scale: 'x', band: 1 / beside.length },
        y: { scale: 'y', field: 'y' },
        y2: mark === 'stack' ? { scale: 'y', field: 'to' } : { scale: 'y', value: 0 },
        fill: { scale: 'colour', value: name },
      },
    },
  };
}

function cellMarks(cells: readonly Cell[]): readonly VegaMark[] {
  if (cells.length === 0) return [];
  const from = { data: 'cells' };
  const [least, most] = extentOf(cells.map(({ value }) => value));
  const dark = `datum.value > ${String(least + (most - least) * 0.55)}`;
  return [
    {
      type: 'rect',
      from,
      encode: {
        enter: {
          x: { scale: 'x', field: 'x' },
          y: { scale: 'y', field: 'y' },
          width: { scale: 'x', band: 1 },
          height: { scale: 'y', band: 1 },
          fill: { scale: 'shade', field: 'value' },
          stroke: { value: 'white' },
        },
      },
    },
    {
      type: 'text',
      from,
      encode: {
        enter: {
          x: { scale: 'x', field: 'x', band: 0.5 },
          y: { scale: 'y', field: 'y', band: 0.5 },
          text: { field: 'label' },
          align: { value: 'center' },
          baseline: { value: 'middle' },
          fill: [{ test: dark, value: 'white' }, { value: '#222' }],
        },
      },
    },
  ];
}
