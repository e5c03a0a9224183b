import type { ServiceContext } from '@crm/platform';
import { channelsOf } from '../treatment/channels/connected.js';
import { reportListenerSettings } from './mail-settings.js';
import { startReportListener, type ReportListener } from './reports/report-listener.js';

const listeners = new WeakMap<ServiceContext, ReportListener>();

/** Begins to listen for reports, where a port is set for them. */
export async function openMail(context: ServiceContext): Promise<void> {
  const settings = reportListenerSettings(context.settings);
  if (settings !== undefined) listeners.set(context, await startReportListener(context, settings));
}

/** Ends what mail keeps open. */
export async function closeMail(context: ServiceContext): Promise<void> {
  await listeners.get(context)?.stop();
  for (const channel of channelsOf(context).values()) await channel.close?.();
}
