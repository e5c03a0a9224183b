/** Values to look for, by the pair of bytes that they begin with: one pass over the bytes finds all of them. */
export class Needles {
  private readonly longest: number;
  private readonly isStart = new Uint8Array(1 << 16);
  private readonly byStart = new Map<number, { readonly bytes: Buffer; readonly number: number }[]>();

  /** Every value has two bytes or more. */
  constructor(values: readonly string[]) {
    for (const [index, value] of values.entries()) {
      const bytes = Buffer.from(value);
      if (bytes.length < 2) throw new Error(`value ${String(index + 1)} is too short to be looked for: "${value}"`);
      const start = bytes.readUInt16BE(0);
      this.isStart[start] = 1;
      const same = this.byStart.get(start) ?? [];
      same.push({ bytes, number: index + 1 });
      this.byStart.set(start, same);
    }
    this.longest = Math.max(0, ...values.map((value) => Buffer.byteLength(value)));
  }

  /** Numbers (from 1) of the values that are in the chunks, also where one goes over the end of a chunk. */
  async foundIn(chunks: AsyncIterable<Buffer>): Promise<ReadonlySet<number>> {
    const found = new Set<number>();
    let tail: Buffer = Buffer.alloc(0);
    for await (const chunk of chunks) {
      const block = tail.length === 0 ? chunk : Buffer.concat([tail, chunk]);
      this.lookThrough(block, found);
      tail = block.subarray(Math.max(0, block.length - this.longest + 1));
    }
    return found;
  }

  private lookThrough(block: Buffer, found: Set<number>): void {
    let pair = block[0] ?? 0;
    for (let at = 1; at < block.length; at++) {
      pair = ((pair << 8) | (block[at] ?? 0)) & 0xffff;
      if (this.isStart[pair] === 0) continue;
      for (const { bytes, number } of this.byStart.get(pair) ?? [])
        if (bytes.equals(block.subarray(at - 1, at - 1 + bytes.length))) found.add(number);
    }
  }
}
