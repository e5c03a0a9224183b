import type { ErasureEvent } from './erasure.events.js';
import { ERASING_SERVICES, type Erasure, type ServiceReport } from './erasure.js';

/** Erases a party, known here or not; asked again, nothing more happens. */
export const eraseParty =
  (request: { readonly erasureId: string; readonly partyId: string; readonly requestedAt: string }) =>
  (erasure: Erasure): readonly ErasureEvent[] => {
    if (erasure.status !== 'none') return [];
    const { erasureId, partyId } = request;
    return [
      { type: 'ErasureRequested', data: request },
      { type: 'PartyErased', data: { erasureId, partyId, linkedIds: [] } },
    ];
  };

/** Keeps the report of a service; the last one completes the erasure. */
export const reportErasure =
  (report: ServiceReport) =>
  (erasure: Erasure): readonly ErasureEvent[] => {
    if (erasure.status === 'none' || erasure.reports.some(({ service }) => service === report.service)) return [];
    const services = [...erasure.reports.map(({ service }) => service), report.service];
    const { erasureId, partyId } = erasure;
    const complete = ERASING_SERVICES.every((service) => services.includes(service));
    return [
      { type: 'ServiceErasureReported', data: report },
      ...(complete ? [{ type: 'ErasureCompleted', data: { erasureId, partyId, services } } as const] : []),
    ];
  };
