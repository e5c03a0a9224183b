import { newId } from '@crm/event-sourcing';
import { describe, expect, it } from '@jest/globals';
import { TreatmentMarks } from './treatment-marks.js';

const marks = new TreatmentMarks('a key for these specs only');
const treatmentId = newId();

describe('the mark of a treatment', () => {
  it('names it, also in another case', () => {
    const mark = marks.of('unsubscribe', treatmentId);
    expect(marks.treatmentOf('unsubscribe', mark)).toBe(treatmentId);
    expect(marks.treatmentOf('unsubscribe', mark.toUpperCase())).toBe(treatmentId);
  });

  it('is the same every time, and fits in the local part of an address', () => {
    expect(marks.of('report', treatmentId)).toBe(marks.of('report', treatmentId));
    expect(`b.${marks.of('report', treatmentId)}`.length).toBeLessThanOrEqual(64);
  });

  it('is good for one use only', () => {
    expect(marks.treatmentOf('report', marks.of('unsubscribe', treatmentId))).toBeUndefined();
  });

  it('cannot be made up', () => {
    const mark = marks.of('report', treatmentId);
    const [id, mac] = mark.split('.') as [string, string];
    const another = newId().replaceAll('-', '');
    for (const wrong of ['', id, `${another}.${mac}`, `${id}.${'0'.repeat(mac.length)}`, `${mark}0`, ` ${mark}`])
      expect(marks.treatmentOf('report', wrong)).toBeUndefined();
    expect(new TreatmentMarks('another key entirely').treatmentOf('report', mark)).toBeUndefined();
  });
});
