import { Rejected } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { describeFailure } from './failure.js';

const parse = (text: string): unknown => JSON.parse(text);

const caught = (work: () => unknown): unknown => {
  try {
    return work();
  } catch (error) {
    return error;
  }
};

describe('describing a failure', () => {
  it('keeps no value of the event', () => {
    const errors = [
      caught(() => parse('Kim Minji')),
      new Error('no customer Kim Minji'),
      Object.assign(new Error('duplicate key: (Kim Minji)'), {
        name: 'error',
        code: '23505',
        table: 'party',
        detail: 'Key (name)=(Kim Minji) already exists',
      }),
      new TypeError('"Kim Minji" is not a function'),
      Object.assign(new Error('x'), { code: 'Kim Minji' }),
      'Kim Minji',
    ];
    expect(JSON.stringify(errors.map(describeFailure))).not.toContain('Kim');
  });

  it('names the refusal of a command, whose message may be shown', () => {
    const failure = describeFailure(new Rejected('campaign-closed', 'The campaign is closed'));
    expect(failure).toMatchObject({
      errorClass: 'Rejected',
      errorCode: 'campaign-closed',
      message: 'The campaign is closed',
    });
  });

  it('names the place in the database', () => {
    const refused = { name: 'error', code: '23505', schema: 'rm', table: 'party', constraint: 'party_pkey' };
    expect(describeFailure(Object.assign(new Error('duplicate'), refused))).toMatchObject({
      errorClass: 'DatabaseError',
      errorCode: '23505',
      message: 'at rm.party.party_pkey',
    });
  });

  it('gives failures of one cause one fingerprint, without the place of the installation', () => {
    const fail = (): unknown => caught(() => parse('{'));
    const [first, second] = [describeFailure(fail()), describeFailure(fail())];
    expect(first.fingerprint).toBe(second.fingerprint);
    expect(first.fingerprint).toMatch(/^SyntaxError at libs\/messaging\/src\/failure\.spec\.ts:\d+$/);
  });
});
