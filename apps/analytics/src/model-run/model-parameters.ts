import { Rejected } from '@crm/event-sourcing';
import type { FieldCode } from '@crm/platform';

/** 400 that points to a parameter of a model. */
export function badParameter(name: string, code: FieldCode, detail: string): Rejected {
  return new Rejected('validation-failed', detail, {
    status: 400,
    errors: [{ pointer: `/parameters/${name}`, code, detail }],
  });
}

/** Refuses parameters that a model does not have. */
export function refuseOthers(asked: Readonly<Record<string, unknown>>, known: readonly string[]): void {
  const unknown = Object.keys(asked).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const safe = /^[A-Za-z][A-Za-z0-9]{0,63}$/.test(unknown) ? unknown : '';
  throw badParameter(safe, 'unknown-field', 'The model has no such parameter');
}
