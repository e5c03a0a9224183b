import type { ResponseProjected } from './response-projection.events.js';
import type { ResponseProjection } from './response-projection.js';

export interface ProjectedBatch extends Omit<ResponseProjected['data'], 'batch'> {
  /** The batch follows this many others; with another number it was counted from elsewhere. */
  readonly after: number;
}

/** Notes a batch that begins where the last one ended; nothing when somebody else was faster. */
export const noteProjected =
  ({ after, ...batch }: ProjectedBatch) =>
  ({ batches }: ResponseProjection): readonly ResponseProjected[] =>
    batches === after && batch.projected > 0
      ? [{ type: 'ResponseProjected', data: { ...batch, batch: after + 1 }, loopId: batch.loopId }]
      : [];
