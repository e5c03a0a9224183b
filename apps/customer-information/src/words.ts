import { Matches } from 'class-validator';

/** A word of a vocabulary, in any script: a purpose. */
export const CODE = /^[\p{L}\p{N}][\p{L}\p{N} ._:-]{0,99}$/u;

/** Where something was said, in any script; an address or free text does not fit in. */
export const SOURCE = /^[\p{L}\p{N}][\p{L}\p{N} ._:/-]{0,99}$/u;

/** A text that is more than spaces. */
export const WRITTEN = /\S/u;

export const LOCALE = /^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}$/;

export function IsCode(): PropertyDecorator {
  return Matches(CODE);
}
