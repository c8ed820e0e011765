/**
 * Whether a JSON number literal is what its double prints as, to the last digit: `300`, `300.0` and `3e2` are,
 * `1e400` and literals of more digits than a double keeps are not. EventBridge compares only such numbers.
 */
export function isExactDouble(literal: string): boolean {
  const value = Number(literal);
  const printed = String(value);
  if (printed === literal) return true;
  if (!Number.isFinite(value)) return false;
  const [written, kept] = [decimalOf(literal), decimalOf(printed)];
  return written.digits === kept.digits && (written.digits === "" || written.exponent === kept.exponent);
}

/** `digits` without leading and trailing zeros, `exponent` the power of ten of the last digit; the sign is left out. */
function decimalOf(literal: string): { digits: string; exponent: number } {
  const [mantissa = "", power = "0"] = literal.toLowerCase().split("e");
  const [whole = "", fraction = ""] = mantissa.replace("-", "").split(".");
  const digits = (whole + fraction).replace(/^0+/, "");
  let end = digits.length;
  while (end > 0 && digits[end - 1] === "0") end--;
  return { digits: digits.slice(0, end), exponent: Number(power) - fraction.length + (digits.length - end) };
}
