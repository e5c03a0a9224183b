/** An order as `POST /v1/orders/import` takes it. */
export interface OrderLine {
  readonly orderRef: string;
  readonly partyRef: string;
  readonly orderedAt: string;
  readonly total: { readonly amountMinor: number; readonly currency: string };
}

/** A line of a wave that was carried out elsewhere. */
export interface WaveLine {
  readonly partyRef: string;
  readonly arm: string;
  readonly presentedAt?: string;
  readonly responses?: readonly { readonly kind: 'visit' | 'order'; readonly amountMinor?: number }[];
}

/** A treated or control member of the reactivation wave, by the reference under which the customer is known. */
export interface DrawnMember {
  readonly partyRef: string;
  readonly arm: string;
}

/** What the planted effect really is in the draw: additional conversions over treated members. */
export interface Truth {
  readonly reactivation: { readonly effect: number };
}

/** Where the demo's customers, purchases and e-mail test come from. */
export interface DataSet {
  readonly title: string;
  readonly customers: readonly string[];
  /** Orders up to the end of the calibration. */
  readonly before: readonly OrderLine[];
  /** Orders of the window; with simulated data they depend on who was treated. */
  after(members: readonly DrawnMember[]): { readonly orders: readonly OrderLine[]; readonly truth?: Truth };
  /** From the first line on, however often it is asked for. */
  wave(): AsyncIterable<WaveLine> | Iterable<WaveLine>;
  readonly waveMembers: number;
}

/** End of the calibration: 39 weeks of purchases lie before it, 39 in the window after it. */
export const CALIBRATION_END = '1997-09-30T23:59:59.999Z';
export const WINDOW_DAYS = 273;
export const EMAIL_SENT_AT = '2008-03-13T09:00:00.000Z';

/** The moment that stands for a purchase of which only the day is known. */
export const noonOf = (date: string): string => `${date}T12:00:00Z`;
