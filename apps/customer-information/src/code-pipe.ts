import { Rejected } from '@crm/event-sourcing';
import { Injectable, type ArgumentMetadata, type PipeTransform } from '@nestjs/common';
import { CODE } from './words.js';

/** A word of a vocabulary in a path: a purpose. */
@Injectable()
export class CodePipe implements PipeTransform<string, string> {
  transform(text: string, { data = '' }: ArgumentMetadata): string {
    if (CODE.test(text)) return text;
    const errors = [{ pointer: `/${data}`, code: 'wrong-format', detail: 'Letters, digits and . _ : -' }];
    throw new Rejected('validation-failed', 'The path is not valid', { status: 400, errors });
  }
}
