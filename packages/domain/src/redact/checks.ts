import { Buffer } from "node:buffer";

/** ISO/IEC 7812-1 Annex B: the check digit of card numbers. `digits` holds nothing else. */
export function luhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index++) {
    const digit = Number(digits[digits.length - 1 - index]);
    const weighted = index % 2 === 0 ? digit : digit * 2;
    sum += weighted > 9 ? weighted - 9 : weighted;
  }
  return sum % 10 === 0;
}

// Issuer ranges with the lengths they use: a number outside them is an order or a trace id, whatever its check digit.
const ISSUERS =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|(?:5[1-5]|2[2-7])\d{14}|3[47]\d{13}|3[068]\d{12}|35\d{14}|(?:6011|64[4-9]\d|65\d\d)\d{12}|62\d{14,17}|(?:5[06-9]|6\d)\d{14,17})$/;

export function isCardNumber(found: string): boolean {
  const digits = found.replace(/\D/g, "");
  return ISSUERS.test(digits) && luhn(digits);
}

/** ISO 13616: moved to the front and read as a number, an IBAN leaves 1 modulo 97. */
export function isIban(found: string): boolean {
  const compact = found.replace(/\s/g, "");
  if (compact.length < 15 || compact.length > 34) return false;
  let remainder = 0;
  for (const letter of compact.slice(4) + compact.slice(0, 4)) {
    const value = Number.parseInt(letter, 36);
    remainder = (remainder * (value > 9 ? 100 : 10) + value) % 97;
  }
  return remainder === 1;
}

/** National Provider Identifier: Luhn with the prefix 80840 (45 CFR 162.406). */
export const isNpi = (found: string): boolean => luhn(`80840${found}`);

export function isPhone(found: string): boolean {
  const digits = found.replace(/\D/g, "").length;
  return digits >= 9 && digits <= 15;
}

/** A word of letters alone is prose ("Bearer authentication"); anything else or anything long is a credential. */
export const isCredential = (found: string): boolean => !/^[A-Za-z]{1,19}$/.test(found);

export const isBasicCredential = (found: string): boolean =>
  isCredential(found) || Buffer.from(found, "base64").toString("latin1").includes(":");

// Random text changes kind about 27 times in 40 characters and hardly ever under 15; a path of seven words reaches 14.
const RANDOM_CHANGES_MIN = 15;

/**
 * Forty characters of base64 that look random: both cases, a digit, and the kind of character changing often.
 * Hexadecimal digests have one case, paths and names change kind seldom.
 */
export function isRandomSecret(found: string): boolean {
  if (!/[a-z]/.test(found) || !/[A-Z]/.test(found) || !/\d/.test(found)) return false;
  let changes = 0;
  for (let index = 1; index < found.length; index++) {
    if (kindOf(found[index]) !== kindOf(found[index - 1])) changes++;
  }
  return changes >= RANDOM_CHANGES_MIN;
}

function kindOf(character = ""): number {
  if (character >= "a" && character <= "z") return 0;
  if (character >= "A" && character <= "Z") return 1;
  return character >= "0" && character <= "9" ? 2 : 3;
}
