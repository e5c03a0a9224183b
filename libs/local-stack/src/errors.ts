/** What keeps local infrastructure from starting or stopping; the message says what to do. */
export class LocalStackError extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A program that has to be installed first. */
export class MissingProgram extends LocalStackError {
  constructor(
    readonly program: string,
    hint: string,
  ) {
    super(`${program} is missing: ${hint}`);
  }
}
