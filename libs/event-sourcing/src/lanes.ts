/** Lanes of a store; fixed for its life, since consumers count positions per lane. */
export const LANES = 16;

/** The lane of a partition key: FNV-1a of its text, so that every service and every tool agrees. */
export function laneOf(key: string, lanes: number = LANES): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index++) {
    hash ^= key.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return (hash >>> 0) % lanes;
}
