const CHUNK = 8_192;

/** Positions in a row. */
export interface PositionRange {
  readonly from: bigint;
  readonly to: bigint;
}

interface Chunk {
  /** By place in the chunk what came there, 0 for nothing; not kept once every place is taken. */
  marks: Uint32Array | undefined;
  count: number;
}

/**
 * Positions, each with a mark of what came there. Takes them in any order; what came without a gap takes next to no memory,
 * four bytes a position the rest.
 */
export class PositionSet {
  size = 0;
  private readonly chunks = new Map<number, Chunk>();

  /** `again`: the position was there before; `other`: and something else came there, as far as that is still known. */
  add(position: bigint, mark: number): 'new' | 'again' | 'other' {
    const index = Number(position - 1n);
    const chunk = this.chunkOf(Math.floor(index / CHUNK));
    const place = index % CHUNK;
    if (chunk.marks === undefined) return 'again';
    const before = chunk.marks[place] ?? 0;
    const now = mark >>> 0 || 1;
    if (before !== 0) return before === now ? 'again' : 'other';
    chunk.marks[place] = now;
    chunk.count += 1;
    this.size += 1;
    if (chunk.count === CHUNK) chunk.marks = undefined;
    return 'new';
  }

  /** What is there, in order. */
  ranges(): readonly PositionRange[] {
    const ranges: { from: number; to: number }[] = [];
    for (const index of [...this.chunks.keys()].sort((left, right) => left - right)) {
      const { marks } = this.chunks.get(index) ?? {};
      const first = index * CHUNK + 1;
      if (marks === undefined) join(ranges, first, first + CHUNK - 1);
      else for (const [place, mark] of marks.entries()) if (mark !== 0) join(ranges, first + place, first + place);
    }
    return ranges.map(({ from, to }) => ({ from: BigInt(from), to: BigInt(to) }));
  }

  private chunkOf(index: number): Chunk {
    let chunk = this.chunks.get(index);
    if (chunk === undefined) this.chunks.set(index, (chunk = { marks: new Uint32Array(CHUNK), count: 0 }));
    return chunk;
  }
}

function join(ranges: { from: number; to: number }[], from: number, to: number): void {
  const last = ranges.at(-1);
  if (last !== undefined && last.to + 1 === from) last.to = to;
  else ranges.push({ from, to });
}
