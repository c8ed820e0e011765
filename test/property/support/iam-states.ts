import fc from "fast-check";

const orNull = <T>(values: fc.Arbitrary<T>) => fc.option(values, { nil: null });

/** Password policies as IAM takes them: no age and no memory are left out, and never zero. */
export const anyPasswordPolicy = fc.record({
  policy: orNull(
    fc.record({
      MinimumPasswordLength: fc.integer({ min: 6, max: 128 }),
      RequireSymbols: fc.boolean(),
      RequireNumbers: fc.boolean(),
      RequireUppercaseCharacters: fc.boolean(),
      RequireLowercaseCharacters: fc.boolean(),
      AllowUsersToChangePassword: fc.boolean(),
      MaxPasswordAge: orNull(fc.integer({ min: 1, max: 1095 })),
      PasswordReusePrevention: orNull(fc.integer({ min: 1, max: 24 })),
      HardExpiry: orNull(fc.boolean()),
    }),
  ),
});

const anyTime = fc
  .date({ min: new Date("2020-01-01T00:00:00Z"), max: new Date("2030-01-01T00:00:00Z"), noInvalidDate: true })
  .map((date) => date.toISOString());

const denialBefore = anyTime.map((time) =>
  JSON.stringify({
    Statement: {
      Effect: "Deny",
      Action: "*",
      Resource: "*",
      Condition: { DateLessThan: { "aws:TokenIssueTime": time } },
    },
  }),
);
const otherText = fc.oneof(fc.string(), fc.constant('{"Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}'));

/** A time, and a policy that revokes earlier or later sessions, or does something else. */
export const anyRevocation = fc.record({ issuedBefore: anyTime, policy: orNull(fc.oneof(denialBefore, otherText)) });
