import { Rejected } from '@crm/event-sourcing';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';

type Done = (error: Error | null, body?: unknown) => void;
interface FormRequest {
  readonly routeOptions: { readonly url?: string };
}
interface Parsers {
  addContentTypeParser(
    type: string,
    options: { readonly parseAs: 'buffer' },
    parse: (request: FormRequest, body: Buffer, done: Done) => void,
  ): void;
}

const FORM = 'multipart/form-data';

/**
 * A one-click request comes as one of two kinds of form (RFC 8058), of which HTTP applications know but one. What is in it does
 * not matter: the link says everything.
 */
@Injectable()
export class OneClickForms implements OnModuleInit {
  constructor(private readonly host: HttpAdapterHost) {}

  onModuleInit(): void {
    const parsers = this.host.httpAdapter.getInstance<Parsers>();
    parsers.addContentTypeParser(FORM, { parseAs: 'buffer' }, ({ routeOptions }, _body, done) => {
      if (routeOptions.url?.startsWith('/v1/unsubscriptions/') === true) done(null, undefined);
      else done(new Rejected('media-type-unsupported', 'The route takes no form', { status: 415 }));
    });
  }
}
