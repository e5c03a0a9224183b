/** Each score is 1 (worst) to 5 (best). */
export type RfmScore = { readonly r: number; readonly f: number; readonly m: number };

type Bounds = readonly [low: number, high: number];

/** A segment holds the scores with R in `r` and both F and M in `fm`, bounds included. */
export type SegmentTable = {
  readonly version: string;
  readonly segments: readonly { readonly name: string; readonly r: Bounds; readonly fm: Bounds }[];
  readonly otherwise: string;
};

/** The ten segments that R's package rfm 0.3.0 uses. They overlap: the first that fits counts. */
export const TEN_SEGMENTS: SegmentTable = {
  version: 'ten-segments.1',
  segments: [
    { name: 'Champions', r: [4, 5], fm: [4, 5] },
    { name: 'Loyal Customers', r: [2, 5], fm: [3, 5] },
    { name: 'Potential Loyalist', r: [3, 5], fm: [1, 3] },
    { name: 'New Customers', r: [4, 5], fm: [1, 1] },
    { name: 'Promising', r: [3, 4], fm: [1, 1] },
    { name: 'Need Attention', r: [2, 3], fm: [2, 3] },
    { name: 'About To Sleep', r: [2, 3], fm: [1, 2] },
    { name: 'At Risk', r: [1, 2], fm: [2, 5] },
    { name: "Can't Lose Them", r: [1, 1], fm: [4, 5] },
    { name: 'Lost', r: [1, 2], fm: [1, 2] },
  ],
  otherwise: 'Others',
};

/** Name of the first segment of the table that holds the score. */
export function segmentOf({ r, f, m }: RfmScore, table: SegmentTable = TEN_SEGMENTS): string {
  for (const segment of table.segments) {
    if (within(segment.r, r) && within(segment.fm, f) && within(segment.fm, m)) return segment.name;
  }
  return table.otherwise;
}

// By index: taking a pair apart as an iterable is most of the time of scoring a million customers.
function within(bounds: Bounds, score: number): boolean {
  return score >= bounds[0] && score <= bounds[1];
}
