import { CommandIdReused, ConcurrencyConflict, Rejected, StoreUnavailable } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { NeedsMore, isInfrastructure } from './errors.js';

const withCode = (code: string): Error => Object.assign(new Error('x'), { code });

describe('telling surroundings from events', () => {
  it.each([
    ['a database that shuts down', withCode('57P01')],
    ['a serialization failure', withCode('40001')],
    ['a deadlock', withCode('40P01')],
    ['too many connections', withCode('53300')],
    ['a table that a migration has still to make', withCode('42P01')],
    ['a refused connection', withCode('ECONNREFUSED')],
    ['a connection that ended', new Error('Connection terminated unexpectedly')],
    ['a refused connection below a fetch', new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') })],
    ['every address refused', new AggregateError([withCode('ECONNREFUSED'), withCode('ECONNREFUSED')])],
    ['a failing service', Object.assign(new Error('x'), { status: 502 })],
    ['a service under load', Object.assign(new Error('x'), { statusCode: 429 })],
    ['a store that cannot take it now', new StoreUnavailable('full')],
    ['somebody who was faster', new ConcurrencyConflict('stream', 1, 2)],
    ['an error marked as transient', Object.assign(new Error('x'), { transient: true })],
  ])('blames the surroundings for %s', (_, error) => {
    expect(isInfrastructure(error)).toBe(true);
  });

  it.each([
    ['a value out of range', withCode('22003')],
    ['a broken rule of a table', withCode('23514')],
    ['a mistake in the code', new TypeError("Cannot read properties of undefined (reading 'x')")],
    ['a refused command', new Rejected('campaign-closed', 'The campaign is closed')],
    ['a command id used for something else', new CommandIdReused('c')],
    ['a refusing service', Object.assign(new Error('x'), { status: 422 })],
    ['an event that has to wait', new NeedsMore('campaign:1')],
    ['an error marked as lasting', Object.assign(withCode('ECONNREFUSED'), { transient: false })],
    ['something that is no error', 'ECONNREFUSED'],
  ])('does not blame them for %s', (_, error) => {
    expect(isInfrastructure(error)).toBe(false);
  });
});
