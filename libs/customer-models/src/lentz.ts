const TINY = 1e-300;

/** Keeps the quotients of a continued fraction finite (modified Lentz; Thompson & Barnett 1986). */
export function awayFromZero(value: number): number {
  return Math.abs(value) < TINY ? TINY : value;
}
