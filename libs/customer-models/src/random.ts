const { imul } = Math;

/** A stream of draws that depends on its seed and key alone: the same on every machine and in every order of use. */
export type KeyedRandom = {
  /** Uniform on the open interval (0, 1), 53 bits. */
  readonly uniform: () => number;
};

/**
 * The stream of (seed, key). Streams of different keys are independent for all practical purposes, so a customer's draws
 * do not move when customers are added or drawn in another order. Not for secrets.
 * The generator is sfc32 (Doty-Humphrey, PractRand), seeded by three hashes of seed and key.
 */
export function keyedRandom(seed: number | string, key: string): KeyedRandom {
  const text = `${seed}\u0000${key}`;
  let a = hash32(text, 0x9e3779b9);
  let b = hash32(text, 0x7f4a7c15);
  let c = hash32(text, 0x2545f491);
  let counter = 1;
  const word = (): number => {
    const mixed = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + mixed) | 0;
    return mixed >>> 0;
  };
  // sfc32 needs about 12 rounds before every bit of the seed has reached every bit of the output.
  for (let round = 0; round < 12; round += 1) word();
  return {
    uniform: () => {
      const high = word() >>> 5;
      const low = word() >>> 6;
      return (high * 67_108_864 + low + 0.5) / 9_007_199_254_740_992;
    },
  };
}

/** FNV-1a over UTF-16 code units, finished with MurmurHash3's avalanche so that neighbouring keys part completely. */
function hash32(text: string, basis: number): number {
  let hash = basis | 0;
  for (let i = 0; i < text.length; i += 1) {
    const unit = text.charCodeAt(i);
    hash = imul(hash ^ (unit & 0xff), 0x01000193);
    hash = imul(hash ^ (unit >>> 8), 0x01000193);
  }
  hash = imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
