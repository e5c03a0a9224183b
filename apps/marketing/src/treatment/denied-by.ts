import type { PermissionReason } from './treatment.events.js';

/** The rule that forbade a contact, as the reason that is counted; `reasons` tell everything that was looked at. */
export function deniedBy(reasons: readonly PermissionReason[]): string {
  return reasons.find(({ outcome }) => outcome === 'denied')?.rule ?? 'permission-denied';
}
