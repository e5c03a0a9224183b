/** File and line of each record, kept as runs of records on lines that follow each other: a file is mostly one run. */
export class Places {
  private readonly names: string[] = [];
  private readonly firsts: number[] = [];
  private readonly lines: number[] = [];
  private count = 0;

  add(name: string, line: number): void {
    const index = this.count++;
    const run = this.names.length - 1;
    const expected = (this.lines[run] ?? 0) + index - (this.firsts[run] ?? 0);
    if (this.names[run] === name && line === expected) return;
    this.names.push(name);
    this.firsts.push(index);
    this.lines.push(line);
  }

  /** `file:line` of a record by its number from 0. */
  at(index: number): string {
    const run = this.firsts.findLastIndex((first) => first <= index);
    return `${this.names[run] ?? ''}:${String((this.lines[run] ?? 0) + index - (this.firsts[run] ?? 0))}`;
  }
}
