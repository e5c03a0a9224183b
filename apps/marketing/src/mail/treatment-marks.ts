import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a mark allows; one made for one use is good for no other. */
export type MarkUse = 'unsubscribe' | 'report';

const ID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const MARK = /^([0-9a-f]{8})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{4})([0-9a-f]{12})\.([0-9a-f]{28})$/;
/** 112 bits: with the id, a mark and its prefix fit in the 64 characters that a local part may have. */
const MAC_CHARACTERS = 28;

/** Names treatments towards the outside, so that nobody can make up a name: in links, and in the addresses that reports come back to. */
export class TreatmentMarks {
  constructor(private readonly key: string) {}

  /** Lower-case letters and digits only, since some mail servers fold the case of addresses. */
  of(use: MarkUse, treatmentId: string): string {
    return `${treatmentId.replaceAll('-', '')}.${this.mac(use, treatmentId)}`;
  }

  /** The treatment that a mark names; undefined when it is none of ours. */
  treatmentOf(use: MarkUse, mark: string): string | undefined {
    const [, ...parts] = MARK.exec(mark.toLowerCase()) ?? [];
    const mac = parts.pop();
    const treatmentId = parts.join('-');
    if (mac === undefined || !ID.test(treatmentId)) return undefined;
    const isOurs = timingSafeEqual(Buffer.from(mac), Buffer.from(this.mac(use, treatmentId)));
    return isOurs ? treatmentId : undefined;
  }

  private mac(use: MarkUse, treatmentId: string): string {
    return createHmac('sha256', this.key).update(`${use}:${treatmentId}`).digest('hex').slice(0, MAC_CHARACTERS);
  }
}
