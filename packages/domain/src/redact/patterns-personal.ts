import { isCardNumber, isIban, isPhone } from "./checks.ts";
import { example, textPattern } from "./pattern.ts";

/** Personal and payment data. */
export const personalPatterns = [
  textPattern({
    id: "email",
    what: "E-mail address",
    doc: "The part before `@`; the domain survives, and so do `git@host` and `package@1.2.3`.",
    trigger: "@",
    find: /(?<![\p{L}\p{N}._%+'-])(?!git@)[\p{L}\p{N}._%+'-]{1,64}(?=@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}(?![A-Za-z0-9]))/gu,
    hit: example("write to alice", "@example.com today"),
    miss: "npx ephor@0.1.0, git@github.com",
  }),
  textPattern({
    id: "card-number",
    what: "Payment card number",
    doc: "13 to 19 digits, grouped or not, in an issuer's range and with a right check digit (Luhn).",
    trigger: "\\d(?:[ -]?\\d){12}",
    find: /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])(?!\.\d)/g,
    accept: isCardNumber,
    hit: example("paid with 4111 1111", " 1111 1111"),
    miss: "trace 4111111111111112 of 123456789012",
  }),
  textPattern({
    id: "card-track",
    what: "Magnetic stripe data",
    doc: "`%B`, the number, `^` and the name, or track 2 with `;` and `=`.",
    trigger: "%b\\d{12}|;\\d{12,19}=",
    find: /%B\d{12,19}\^[^\r\n^]{2,26}\^\d{4,40}\??|;\d{12,19}=\d{4,40}\??/g,
    hit: example("%B411111", "1111111111^DOE/JANE^25121010000?"),
    miss: "%B value ^ caret",
  }),
  textPattern({
    id: "iban",
    what: "IBAN",
    doc: "Two letters, two check digits and 11 to 30 capitals or digits that leave 1 modulo 97.",
    trigger: "(?<![a-z0-9])[a-z]{2}\\d{2} ?[a-z0-9]{4}",
    find: /(?<![A-Za-z0-9_-])[A-Z]{2}\d{2}(?:[A-Z0-9]{11,30}|(?: [A-Z0-9]{4}){2,7}(?: [A-Z0-9]{1,3})?)(?![A-Za-z0-9_-])/g,
    accept: isIban,
    hit: example("to DE89 3704 ", "0044 0532 0130 00"),
    miss: "to DE88370400440532013000",
  }),
  textPattern({
    id: "phone",
    what: "Phone number",
    doc: "`+` and 9 to 15 digits, or a North American number with separators; bare digits survive.",
    trigger: "\\+[1-9]|\\d{3}[-. ]\\d{4}",
    find: /(?<![\w+.-])(?:\+[1-9]\d{0,2}(?:[ .-]?\(?\d{1,4}\)?){2,5}|(?:\(\d{3}\) ?|\d{3}[-.])\d{3}[-.]\d{4})(?![\w-])/g,
    accept: isPhone,
    hit: example("call +1 (415) ", "555-2671 now"),
    miss: "took +250 ms at 2026-11-21T07:12:59.123Z",
  }),
  textPattern({
    id: "ssn",
    what: "US social security number",
    doc: "Three, two and four digits with hyphens, in the ranges that were given out.",
    trigger: "\\d{3}-\\d{2}-\\d{4}",
    find: /(?<![\w-])(?!000|666|9\d\d)\d{3}-(?!00)\d{2}-(?!0000)\d{4}(?![\w-])/g,
    hit: example("ssn 078-05", "-1120"),
    miss: "part 000-12-3456 of 2026-11-21",
  }),
] as const;
