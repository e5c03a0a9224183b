import { isId, Rejected } from '@crm/event-sourcing';
import { Injectable, type PipeTransform } from '@nestjs/common';

/** An id in a path: a UUID of any version, in lower case from here on. */
@Injectable()
export class IdPipe implements PipeTransform<string, string> {
  transform(text: string): string {
    const id = text.toLowerCase();
    if (isId(id)) return id;
    const errors = [{ pointer: '/id', code: 'wrong-format', detail: 'An id is a UUID' }];
    throw new Rejected('validation-failed', 'The path is not valid', { status: 400, errors });
  }
}
