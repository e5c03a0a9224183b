import type { AbcItem, Profitability, RevenueDrift, RfmScore, StagePurchases } from '@crm/customer-models';
import type { Chart } from './chart.js';

/** Customers by recency and frequency score. */
export function rfmChart(scores: readonly RfmScore[]): Chart {
  const grades = [1, 2, 3, 4, 5];
  return {
    title: 'RFM: customers by recency and frequency',
    x: { title: 'recency score (5: bought last most recently)', kind: 'band' },
    y: { title: 'frequency score (5: bought most often)', kind: 'band' },
    cells: grades.toReversed().flatMap((f) =>
      grades.map((r) => {
        const value = scores.filter((score) => score.r === r && score.f === f).length;
        return { x: String(r), y: String(f), value, label: String(value) };
      }),
    ),
  };
}

/** Cumulative profit over the customers, the most profitable first. */
export function whaleChart({ deciles }: Pick<Profitability, 'deciles'>, unit: string): Chart {
  return {
    title: 'Profitability: the whale curve',
    subtitle: 'Where it falls, customers cost more than they bring',
    x: { title: 'customers, the most profitable first', format: '.0%', ends: [0, 1] },
    y: { title: `cumulative profit (${unit})`, format: ',.0f' },
    layers: [
      {
        mark: 'line',
        name: 'profit',
        marks: [
          { x: 0, y: 0 },
          ...deciles.map(({ decile, cumulativeProfit }) => ({ x: decile / 10, y: cumulativeProfit })),
        ],
      },
    ],
  };
}

/** Where the customers of each revenue class are in the next period. */
export function driftChart({ transitions }: Pick<RevenueDrift, 'transitions'>): Chart {
  const classes = ['none', 'low', 'middle', 'high'] as const;
  return {
    title: 'Drift: revenue classes from one half-year to the next',
    x: { title: 'class in the first half-year', kind: 'band' },
    y: { title: 'share of its customers', format: '.0%', ends: [0, 1] },
    layers: classes.map((to, at) => ({
      mark: 'stack' as const,
      name: `then ${to}`,
      marks: transitions
        .filter(({ customers }) => customers > 0)
        .map((row) => {
          const below = classes.slice(0, at).reduce((sum, other) => sum + row.to[other], 0);
          return { x: row.from, y: (below + row.to[to]) / row.customers, to: below / row.customers };
        }),
    })),
  };
}

/** Days between purchases by life stage: the middle half and the median. */
export function lifeStageChart(stages: readonly StagePurchases[]): Chart {
  const known = stages.flatMap(({ stage, daysBetween }) => (daysBetween === null ? [] : [{ stage, ...daysBetween }]));
  return {
    title: 'Life stages: days between purchases',
    x: { title: 'stage of the customer', kind: 'band' },
    y: { title: 'days since the purchase before' },
    layers: [
      { mark: 'ranges', name: 'middle half', marks: known.map(({ stage, q1, q3 }) => ({ x: stage, y: q3, to: q1 })) },
      { mark: 'points', name: 'median', marks: known.map(({ stage, median }) => ({ x: stage, y: median })) },
    ],
  };
}

/** Customers in two of the columns that were clustered, coloured by cluster. */
export function clusterChart(
  points: readonly { readonly x: number; readonly y: number; readonly cluster: number }[],
  axes: { readonly x: string; readonly y: string },
): Chart {
  const clusters = [...new Set(points.map(({ cluster }) => cluster))].sort((a, b) => a - b);
  return {
    title: 'k-means: customers by cluster',
    x: { title: axes.x },
    y: { title: axes.y },
    layers: clusters.map((cluster) => ({
      mark: 'points' as const,
      name: `cluster ${String(cluster + 1)}`,
      marks: points.filter((point) => point.cluster === cluster).map(({ x, y }) => ({ x, y })),
    })),
  };
}

/** Cumulative revenue over the items, the strongest first, with the classes. */
export function abcChart(items: readonly AbcItem[]): Chart {
  const total = items.reduce((sum, { revenue }) => sum + Math.max(0, revenue), 0);
  return {
    title: 'ABC: revenue by item',
    x: { title: 'share of the items, the strongest first', format: '.0%', ends: [0, 1] },
    y: { title: 'cumulative share of revenue', format: '.0%', ends: [0, 1] },
    layers: (['A', 'B', 'C'] as const).map((name) => ({
      mark: 'points' as const,
      name: `class ${name}`,
      marks: items
        .filter((item) => item.class === name)
        .map(({ rank, shareBefore, revenue }) => ({
          x: rank / items.length,
          y: shareBefore + Math.max(0, revenue) / total,
        })),
    })),
  };
}

/** Conversion rates of channels and of their controls. */
export function channelChart(
  channels: readonly { readonly channel: string; readonly rate: number; readonly controlRate: number | null }[],
): Chart {
  return {
    title: 'Channels: conversion rate with and without the contact',
    x: { title: 'channel', kind: 'band' },
    y: { title: 'share of customers who converted', format: '.1%' },
    layers: [
      { mark: 'bars', name: 'contacted', marks: channels.map(({ channel, rate }) => ({ x: channel, y: rate })) },
      {
        mark: 'bars',
        name: 'control',
        marks: channels.map(({ channel, controlRate }) => ({ x: channel, y: controlRate ?? 0 })),
      },
    ],
  };
}
