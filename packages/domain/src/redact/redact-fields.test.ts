import { expect, test } from "vitest";
import { redactText } from "./redact-text.ts";

const PASSWORD = "[redacted:password]";

test.each([
  ["password=hunter2 next", `password=${PASSWORD} next`],
  ["password: hunter2, next", `password: ${PASSWORD}, next`],
  ["db.password := hunter2", `db.password := ${PASSWORD}`],
  ["'password' => 'hunter2'", `'password' => '${PASSWORD}'`],
  ['{"password": "hun,ter 2", "a": 1}', `{"password": "${PASSWORD}", "a": 1}`],
  ['{"password":"hun\\"ter2","a":1}', `{"password":"${PASSWORD}","a":1}`],
  ['{"password":"hunter2\\\\","a":1}', `{"password":"${PASSWORD}","a":1}`],
  ['{"m":"{\\"password\\":\\"hunter2\\",\\"a\\":1}"}', `{"m":"{\\"password\\":\\"${PASSWORD}\\",\\"a\\":1}"}`],
  ['{"m":"{\\"password\\":\\"hun\\\\\\"ter2\\"}"}', `{"m":"{\\"password\\":\\"${PASSWORD}\\"}"}`],
  ['{"passwords":["hunter2","hunter3"],"a":1}', `{"passwords":${PASSWORD},"a":1}`],
  ['"password":"hunter2', `"password":"${PASSWORD}`],
  ["passwords=[hunter2", `passwords=${PASSWORD}`],
  ["https://x.example/?password=hunter2&a=1", `https://x.example/?password=${PASSWORD}&a=1`],
  ["password%3Dhunter2", `password%3D${PASSWORD}`],
  ["login --password hunter2 --user a", `login --password ${PASSWORD} --user a`],
  ["<password>hunter2</password>", `<password>${PASSWORD}</password>`],
  ["PASSWORD=hunter2\nUSER=a", `PASSWORD=${PASSWORD}\nUSER=a`],
  ["(password=hunter2)", `(password=${PASSWORD})`],
])("%s hides the value and nothing else", (text, expected) => {
  expect(redactText(text)).toBe(expected);
  expect(redactText(expected)).toBe(expected);
});

test.each([
  "password=",
  "password: null",
  '{"password":"","a":true}',
  '{"hasPassword":true}',
  "arn:aws:secretsmanager:eu-west-1:123456789012:secret:prod/db-AbCdEf",
  'secret: {"name": "prod/db"}',
  "the password was changed",
])("%s holds no secret and survives", (text) => {
  expect(redactText(text)).toBe(text);
});

test("a header's value is hidden to the end of its line, and a scheme that was understood stays readable", () => {
  expect(redactText("Cookie: a=1; b=2\nHost: x")).toBe("Cookie: [redacted:cookie]\nHost: x");
  expect(redactText("Authorization: Bearer 0123.abc\nHost: x")).toBe(
    "Authorization: Bearer [redacted:bearer-token]\nHost: x",
  );
});

test("what only begins with a marker is hidden as well", () => {
  expect(redactText("password=[redacted:password]hunter2")).toBe(`password=${PASSWORD}`);
});

test("two neighbours are both hidden, though the first was no boundary for the second", () => {
  const ids = `${"AK".concat("IA", "A".repeat(16))}${"-".concat("AS", "IA", "B".repeat(16))}`;
  expect(redactText(ids)).toBe("[redacted:aws-access-key-id]-[redacted:aws-temporary-access-key-id]");
});
