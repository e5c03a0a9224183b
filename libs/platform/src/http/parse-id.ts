import { isId, Rejected } from '@crm/event-sourcing';
import type { PipeTransform } from '@nestjs/common';

/** Pipe for path parameters: `@Param('id', ParseId)`. What is no UUID names nothing: 404. */
export class ParseId implements PipeTransform<string, string> {
  transform(value: string): string {
    const id = value.toLowerCase();
    if (!isId(id)) throw new Rejected('not-found', 'There is no such thing', { status: 404 });
    return id;
  }
}
