import { escapeHtml, escapeSlack, showUnseen } from "@ephor/domain/escape";
import fc from "fast-check";
import { expect, test } from "vitest";
import { fit } from "./fit.ts";

const TEXT = fc.oneof(
  fc.string({ unit: "binary", maxLength: 300 }),
  fc.string({ unit: fc.constantFrom("&", "<", "*", "😀", "\u202e", "a"), maxLength: 300 }),
);

test.each([escapeHtml, escapeSlack, showUnseen])(
  "fits, in whole escapes, and cuts only what is too long (%o)",
  (as) => {
    fc.assert(
      fc.property(TEXT, fc.integer({ min: 1, max: 200 }), (text, max) => {
        const fitted = fit(text, { max, as });
        expect(fitted.length).toBeLessThanOrEqual(max);
        if (as(text).length <= max) {
          expect(fitted).toBe(as(text));
          return;
        }
        expect(fitted.endsWith("…")).toBe(true);
        // Some beginning of the text, written as a whole: no escape is cut in two.
        const characters = [...text];
        const whole = characters.findIndex((_, at) => as(characters.slice(0, at).join("")) === fitted.slice(0, -1));
        expect(whole).toBeGreaterThanOrEqual(0);
      }),
    );
  },
);
