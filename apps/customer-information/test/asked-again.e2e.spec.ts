import {
  ContactMadeV1,
  SalesTaskReachedV1,
  TreatmentPresentedV1,
  TreatmentSkippedV1,
  TreatmentUndeterminedV1,
  type Contract,
  type ContractData,
  type ServiceName,
} from '@crm/contracts';
import { deriveId, newId } from '@crm/event-sourcing';
import { startTestServices, type TestServices } from '@crm/testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { PermissionReason } from '../src/contact-permission/permission-facts.js';
import { contactLedgerId } from '../src/contact-ledger/contact-ledger.js';
import { customerInformationService } from '../src/customer-information-service.js';
import { neighbours, say } from './spec-kit/neighbours.js';

let services: TestServices;

beforeAll(async () => {
  services = await startTestServices([customerInformationService, ...neighbours]);
  await services.send('admin', 'PUT', '/v1/contact-policies/winback', { default: 'granted', caps: [] });
});
afterAll(() => services.stop());

const AT = '2026-03-01T10:00:00.000Z';
const SKIPPED_AGAIN = { reason: 'already-contacted', reasons: [] };

function aTreatment() {
  const partyId = newId();
  const campaignId = deriveId('campaign', partyId);
  const waveId = deriveId('wave', partyId);
  const treatmentId = deriveId('treatment', campaignId, waveId, partyId);
  return {
    treatmentId,
    campaignId,
    waveId,
    partyId,
    arm: 'offer',
    channel: 'recorder',
    purpose: 'winback',
    at: AT,
  } as const;
}
type ATreatment = ReturnType<typeof aTreatment>;

async function happened<C extends Contract>(from: ServiceName, contract: C, data: ContractData<C>): Promise<void> {
  await say(services.service(from).context, contract, data);
  await services.settled();
}

interface Reserved {
  readonly outcome: string;
  readonly reasons: readonly PermissionReason[];
  readonly startBy?: string;
}

/** As marketing and tasks ask: the treatment is the key, unless another one is given. */
async function asked({ partyId, treatmentId }: ATreatment, reservationKey: string = treatmentId): Promise<Reserved> {
  const items = [{ partyId, channel: 'recorder', purpose: 'winback', at: AT, reservationKey, treatmentId }];
  const { body } = await services.send('service', 'POST', '/v1/contact-permissions/reserve/batch', { items });
  return body.outcomes[0] as Reserved;
}

/** The events of the ledger, in order. */
async function ledgerOf({ partyId }: ATreatment): Promise<readonly { type: string; eventId: string }[]> {
  return services.service('customer-information').context.store.readStream(contactLedgerId(partyId));
}

async function deniedByLastOf(treatment: ATreatment, reserved: Reserved): Promise<void> {
  const recorded = (await ledgerOf(treatment)).filter(({ type }) => type === 'ContactRecorded').at(-1);
  expect(recorded).toBeDefined();
  expect(reserved.outcome).toBe('denied');
  expect(reserved.reasons[0]).toEqual({
    rule: 'already-contacted',
    outcome: 'denied',
    eventIds: [recorded?.eventId],
  });
  expect(reserved).not.toHaveProperty('startBy');
}

describe('a reservation that is asked for again', () => {
  it('is granted while nothing came of it, and takes no second slot', async () => {
    const treatment = aTreatment();
    expect((await asked(treatment)).outcome).toBe('granted');
    expect((await asked(treatment)).outcome).toBe('granted');
    expect((await ledgerOf(treatment)).map(({ type }) => type)).toEqual(['ContactReserved']);
  });

  it('is denied after the treatment was presented, however often somebody forgets it', async () => {
    const treatment = aTreatment();
    await asked(treatment);
    await happened('marketing', TreatmentPresentedV1, treatment);
    await deniedByLastOf(treatment, await asked(treatment));
    await happened('marketing', TreatmentSkippedV1, { ...treatment, ...SKIPPED_AGAIN });
    await deniedByLastOf(treatment, await asked(treatment));
  });

  it('is denied after it was left undetermined, also when it was skipped for that', async () => {
    const treatment = aTreatment();
    await asked(treatment);
    await happened('marketing', TreatmentUndeterminedV1, treatment);
    await deniedByLastOf(treatment, await asked(treatment));
    await happened('marketing', TreatmentSkippedV1, { ...treatment, ...SKIPPED_AGAIN });
    await deniedByLastOf(treatment, await asked(treatment));
    expect((await ledgerOf(treatment)).map(({ type }) => type)).toEqual(['ContactReserved', 'ContactRecorded']);
  });

  it('is granted again after the treatment was skipped, with a slot of its own', async () => {
    const treatment = aTreatment();
    await asked(treatment);
    await happened('marketing', TreatmentSkippedV1, { ...treatment, reason: 'refused', reasons: [] });
    const again = await asked(treatment);
    expect(again).toMatchObject({ outcome: 'granted', startBy: expect.any(String) });
    expect((await ledgerOf(treatment)).map(({ type }) => type)).toEqual([
      'ContactReserved', 'ReservationFreed', 'ContactReserved',
    ]); // prettier-ignore
  });

  it('is granted again when it turns out that nothing was sent', async () => {
    const treatment = aTreatment();
    await happened('marketing', TreatmentUndeterminedV1, treatment);
    await happened('marketing', TreatmentSkippedV1, { ...treatment, reason: 'bounced', reasons: [] });
    expect((await asked(treatment)).outcome).toBe('granted');
  });

  it('of a task is denied once the customer was reached, not because a call was answered', async () => {
    const treatment = aTreatment();
    const { partyId, treatmentId } = treatment;
    const key = `task-of-${treatmentId}`;
    await asked(treatment, key);
    const call = {
      interactionId: newId(),
      partyId,
      channel: 'call',
      direction: 'outbound',
      at: AT,
      treatmentId,
    } as const;
    await happened('service', ContactMadeV1, call);
    expect((await asked(treatment, key)).outcome).toBe('granted');
    const taskId = newId();
    await happened('sales', SalesTaskReachedV1, { taskId, treatmentId, partyId, at: AT });
    await happened('marketing', TreatmentPresentedV1, { ...treatment, taskId });
    await deniedByLastOf(treatment, await asked(treatment, key));
  });

  it('is denied only to the treatment itself', async () => {
    const treatment = aTreatment();
    await happened('marketing', TreatmentPresentedV1, treatment);
    const other = { ...treatment, treatmentId: newId() };
    expect((await asked(other)).outcome).toBe('granted');
  });
});
