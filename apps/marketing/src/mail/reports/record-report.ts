import type { ServiceContext } from '@crm/platform';
import { recordMailResponse } from '../../response/mail-response.js';
import { settleTreatment } from '../../treatment/treatment.decider.js';
import { treatmentAggregate } from '../../treatment/treatment.js';
import { decideTreatment } from '../../treatment/decide-treatment.js';
import type { MailReport } from './delivery-report.js';

const KIND_OF = { failed: 'bounced', complaint: 'complained' } as const;

/** What follows from a report: whoever reports on a message has had it, so an attempt without outcome has one; and what went wrong is a response. */
export async function recordReport(context: ServiceContext, treatmentId: string, report: MailReport): Promise<void> {
  const { state } = await context.store.read(treatmentAggregate, treatmentId);
  if (state.status === 'new') {
    context.logger.warn({ treatmentId }, 'a report came about a treatment that is not known');
    return;
  }
  await decideTreatment(context.store, state.assigned, settleTreatment);
  if (report.says !== 'failed' && report.says !== 'complaint') return;
  const now = new Date(context.clock()).toISOString();
  // A complaint withdraws consent, from when it is heard on: the report's own time may lie before a consent that it answers.
  const at = report.says === 'complaint' || report.at === undefined || report.at > now ? now : report.at;
  await recordMailResponse(context, treatmentId, KIND_OF[report.says], at);
}
