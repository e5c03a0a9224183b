import { Rejected } from '@crm/event-sourcing';

/** A job that must not be tried again. `code` is kebab-case and holds nothing personal; it stays visible on the intent. */
export class JobFailed extends Error {
  constructor(readonly code: string) {
    super(`the job failed for good: ${code}`);
    this.name = 'JobFailed';
  }
}

/** Another delivery of the same job finished it first: the transaction of this one has to be rolled back. */
export class JobAlreadyDone extends Error {
  constructor(readonly jobId: string) {
    super(`job ${jobId} was finished by another delivery`);
    this.name = 'JobAlreadyDone';
  }
}

/** The queue cannot be reached now; the intents are kept, and given to it when it is back. */
export class QueueUnreachable extends Error {
  constructor() {
    super('the queue cannot be reached');
    this.name = 'QueueUnreachable';
  }
}

const CODE = /^[\w-]{1,64}$/;

/** The code that makes a job fail for good: a refusal will be the same next time, a fault of the infrastructure will not. */
export function permanentCode(error: unknown): string | undefined {
  if (error instanceof JobFailed) return error.code;
  if (error instanceof Rejected && (error.details.status ?? 409) < 500) return error.code;
  return undefined;
}

/** A code for what went wrong, never the message: that may quote a personal value. */
export function codeOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code } = error as { code?: unknown };
  if (typeof code === 'string' && CODE.test(code)) return code;
  return CODE.test(error.name) ? error.name : 'unknown';
}
