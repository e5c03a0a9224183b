import type { Draws } from '../../draws.js';
import type { LoadCommand } from '../command.js';
import { person } from '../people.js';

/** A case from its opening to its end. */
export function caseStory(draws: Draws, number: number, people: number): readonly LoadCommand[] {
  const { partyRef } = person(draws.seed, draws.whole(0, people - 1));
  const caseId = draws.id();
  const step = (action: string, body: unknown = {}): LoadCommand => ({
    key: `case ${number} ${action}`,
    service: 'service',
    method: 'POST',
    path: `/v1/cases/${caseId}/${action}`,
    body,
    subject: `case ${caseId}`,
    ...(draws.chance(0.1) ? { repeatAfterMs: draws.between(1_000, 30_000) } : {}),
  });
  const open: LoadCommand = {
    key: `case ${number}`,
    service: 'service',
    method: 'POST',
    path: '/v1/cases',
    body: {
      caseId,
      partyRef,
      kind: draws.pick(['query', 'request', 'trouble', 'complaint'] as const),
      subject: `question ${number}`,
      priority: draws.pick(['low', 'normal', 'high'] as const),
      channel: 'web',
    },
    subject: `case ${caseId}`,
  };
  const work = [step('assign', { assignee: 'agent-1' }), step('progress')];
  const end = draws.chance(0.7) ? [step('resolve', { resolution: 'done' }), step('close')] : [];
  return [open, ...work, ...end];
}
