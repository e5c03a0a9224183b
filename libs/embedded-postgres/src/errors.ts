/** Every failure of the supervisor is one of these; `code` is stable, the message says what to do. */
export class EmbeddedPostgresError extends Error {
  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** Another living process holds the data folder. */
export class DataFolderInUse extends EmbeddedPostgresError {
  constructor(
    readonly dataDir: string,
    readonly pid: number,
  ) {
    super(
      'data-folder-in-use',
      `The data folder ${dataDir} is in use by process ${pid}. Stop that process, or use another folder.`,
    );
  }
}

/** Files that the data folder refers to are gone or belong to someone else. */
export class DataFolderUnusable extends EmbeddedPostgresError {
  constructor(
    readonly dataDir: string,
    reason: string,
    options?: ErrorOptions,
  ) {
    super('data-folder-unusable', `The data folder ${dataDir} cannot be used: ${reason}`, options);
  }
}

/** The data were written by another major version of PostgreSQL, which this one cannot open. */
export class DataVersionMismatch extends EmbeddedPostgresError {
  constructor(
    readonly dataDir: string,
    readonly found: string,
    readonly expected: string,
  ) {
    super(
      'data-version-mismatch',
      `The data folder ${dataDir} was written by PostgreSQL ${found}; this is PostgreSQL ${expected}.`,
    );
  }
}

/** The port that was asked for is taken. */
export class PortInUse extends EmbeddedPostgresError {
  constructor(readonly port: number) {
    super('port-in-use', `Port ${port} on 127.0.0.1 is taken. Choose another port, or none to have a free one chosen.`);
  }
}

/** No PostgreSQL binaries are installed for this operating system and processor. */
export class UnsupportedPlatform extends EmbeddedPostgresError {
  constructor(platform: string, reason: string) {
    super('unsupported-platform', `There is no embedded PostgreSQL for ${platform}: ${reason}`);
  }
}

/** The server did not come up; the message ends with the last lines of its log. */
export class StartFailed extends EmbeddedPostgresError {
  constructor(reason: string, options?: ErrorOptions) {
    super('start-failed', `PostgreSQL did not start: ${reason}`, options);
  }
}

/** The server is still running after every way to stop it was tried. */
export class StopFailed extends EmbeddedPostgresError {
  constructor(readonly pid: number) {
    super('stop-failed', `PostgreSQL (process ${pid}) did not stop.`);
  }
}
