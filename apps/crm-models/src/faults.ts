/** What is wrong with the data, one line a fault; the command ends with 1. */
export class DataFault extends Error {
  override readonly name = 'DataFault';
  readonly lines: readonly string[];

  constructor(faults: string | readonly string[], options?: ErrorOptions) {
    const lines = typeof faults === 'string' ? [faults] : faults;
    super(lines.join('\n'), options);
    this.lines = lines;
  }
}

/** What is wrong with the command line; the command ends with 2. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault';
}
