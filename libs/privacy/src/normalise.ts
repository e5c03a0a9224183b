/** What a blind index tells apart: the same value of another kind has another token. */
export type IndexKind = 'email' | 'phone' | 'name' | 'ref';

const KOREA = '82';

/** Case-folded, so that letters of any script compare as a reader compares them (ß as ss, every sigma alike). */
const folded = (text: string): string => text.toUpperCase().toLowerCase().replaceAll('ς', 'σ').normalize('NFC');

/** Digits with the country code first; a number in national form is taken as Korean. */
function phoneNumber(text: string): string {
  const plain = text.normalize('NFKC').trim();
  const digits = plain.replace(/\D/g, '');
  if (digits === '') return folded(plain);
  const international = plain.startsWith('+') ? digits : digits.startsWith('00') ? digits.slice(2) : undefined;
  if (international !== undefined) return withoutTrunkZero(international);
  if (digits.startsWith('0')) return KOREA + digits.slice(1);
  return digits.startsWith(KOREA) && digits.length > 10 ? withoutTrunkZero(digits) : digits;
}

const withoutTrunkZero = (digits: string): string =>
  digits.startsWith(`${KOREA}0`) ? KOREA + digits.slice(KOREA.length + 1) : digits;

/** The form in which values are compared: two spellings of one value have one form. */
export function normalise(kind: IndexKind, value: string): string {
  switch (kind) {
    case 'email':
      return folded(value.normalize('NFC').trim());
    case 'phone':
      return phoneNumber(value);
    case 'name':
      return wordsOf(value).join(' ');
    case 'ref':
      return value.normalize('NFC').trim();
  }
}

/** The words of a name, normalised. */
export function wordsOf(name: string): readonly string[] {
  return folded(name.normalize('NFC'))
    .split(/\s+/u)
    .filter((word) => word !== '');
}
