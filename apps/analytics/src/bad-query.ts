import { Rejected } from '@crm/event-sourcing';
import type { FieldCode } from '@crm/platform';

/** 400 that points to a query parameter. */
export function badQuery(name: string, code: FieldCode, detail: string): Rejected {
  return new Rejected('validation-failed', `${name} is not valid`, {
    status: 400,
    errors: [{ pointer: `/${name}`, code, detail }],
  });
}
