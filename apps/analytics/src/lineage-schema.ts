import { Type } from '@sinclair/typebox';

/** Schema of `ReadModelLineage`. */
export const lineageSchema = Type.Object({
  readModel: Type.String(),
  positions: Type.Record(Type.String(), Type.Array(Type.String())),
});
