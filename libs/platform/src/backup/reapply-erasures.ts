import { newId, runInContext } from '@crm/event-sourcing';
import type { Feed } from '@crm/messaging';
import { openAtRest, type RestSettings } from '../service/open-at-rest.js';
import type { ServiceDefinition } from '../service/service-definition.js';
import { ErasuresUnknown, erasureSources, knownErasures, type EventArchive } from './known-erasures.js';
import { endRestoring, restoreMark, RestoreUnfinished } from './restore-mark.js';

export interface ReapplyOptions extends RestSettings {
  readonly definition: ServiceDefinition;
  /** Public feeds of other services; those of `erasureSources` must be among them. */
  readonly feeds: readonly Feed[];
  /** Where else erasures may be found. */
  readonly archives?: readonly EventArchive[];
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void;
}

/**
 * Erases everybody again who was erased after a backup was taken, and then lets the restored database be opened. Whatever
 * happens in between leaves it closed; it may be repeated. Rejects with `ErasuresUnknown` when a source cannot be read.
 */
export async function reapplyErasures(options: ReapplyOptions): Promise<{ readonly erased: number }> {
  const { definition, feeds, archives, onProgress, ...settings } = options;
  const { name } = definition;
  const missing = erasureSources(name).find((source) => !feeds.some((feed) => feed.service === source));
  if (missing !== undefined) throw new ErasuresUnknown(name, `the feed of ${missing}`);
  const service = openAtRest(definition, settings);
  try {
    const mark = await restoreMark(service.context.pool);
    if (mark?.state === 'loading') throw new RestoreUnfinished(mark);
    // Its own log may tell of erasures that were decided and not carried out when the backup was taken.
    const erasures = await knownErasures(name, [...feeds, service.publicFeed], archives);
    for (const [done, erased] of erasures.entries()) {
      onProgress?.({ done, total: erasures.length });
      const context = { correlationId: newId(), causationId: null, actor: `service:${name}` };
      await runInContext(context, () => service.reapplyErasure(erased));
    }
    await endRestoring(service.context.pool);
    return { erased: erasures.length };
  } finally {
    await service.close();
  }
}
