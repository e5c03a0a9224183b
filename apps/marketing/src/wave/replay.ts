const TOLERANCE_MS = 3_600_000;

/** Whether a list replays a past moment: its `asOf` was already long ago when it was delivered. */
export function isReplay(asOf: string, deliveredAt: string): boolean {
  return Date.parse(deliveredAt) - Date.parse(asOf) > TOLERANCE_MS;
}
