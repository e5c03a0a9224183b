import { describe, expect, it } from '@jest/globals';
import { Writable } from 'node:stream';
import { loggedError } from './error-serializer.js';
import { createLogger } from './logger.js';

const linesOf = (log: (logger: ReturnType<typeof createLogger>) => void): string => {
  let text = '';
  const destination = new Writable({
    write(chunk: Buffer, _, done) {
      text += chunk.toString();
      done();
    },
  });
  log(createLogger({ service: 'sales', destination }));
  return text;
};

describe('the log', () => {
  it('never holds what PostgreSQL or the JSON parser quote', () => {
    const postgres = Object.assign(new Error('duplicate key (email)=(kim@example.com)'), {
      severity: 'ERROR',
      code: '23505',
      detail: 'Key (email)=(kim@example.com) already exists.',
      table: 'party',
      constraint: 'party_email',
      parameters: ['kim@example.com'],
    });
    const text = linesOf((logger) => {
      logger.error({ err: new Error('request failed', { cause: postgres }) }, 'failed');
      try {
        JSON.parse('kim@example.com');
      } catch (error) {
        logger.error({ err: error }, 'failed');
      }
    });
    expect(text).not.toContain('kim');
    expect(text).toContain('"constraint":"party_email"');
    expect(text).toContain('request failed');
  });

  it('censors secrets', () => {
    const text = linesOf((logger) => {
      logger.info(
        { authorization: 'Bearer sesame', settings: { password: 'sesame', clientSecret: 'sesame' } },
        'settings',
      );
    });
    expect(text).not.toContain('sesame');
  });

  it('keeps the frames of an error that is no text of others', () => {
    const { message, stack } = loggedError(new Error('lane 3 has a gap'));
    expect(message).toBe('lane 3 has a gap');
    expect(stack[0]).toMatch(/^at /);
    expect(loggedError('text')).toEqual({ type: 'string', stack: [] });
  });
});
