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

const anyName = fc.constantFrom("all", "build", "deploy", "odd", "zzz");

/** Policies that make an administrator, each once, in order. */
export const anyAdminPolicies = fc.record({
  attached: fc
    .uniqueArray(anyName.map((name) => `arn:aws:iam::111122223333:policy/${name}`))
    .map((arns) => arns.toSorted()),
  inline: fc
    .uniqueArray(fc.record({ name: anyName, text: fc.string() }), { selector: ({ name }) => name })
    .map((policies) => policies.toSorted((a, b) => (a.name < b.name ? -1 : 1))),
});

const anyKey = fc.record({
  id: fc.constantFrom("AKIAEXAMPLE000000001", "AKIAEXAMPLE000000002", "AKIAEXAMPLE000000003"),
  status: fc.constantFrom("Active", "Inactive", "Expired"),
  unusedSince: anyTime,
});

/** Credentials of a user that nobody used for long, keys in the order of their ids. */
export const anyUnusedCredentials = fc.record({
  asOf: anyTime,
  unusedDaysMin: fc.constant(90),
  password: orNull(fc.record({ unusedSince: anyTime })),
  keys: fc
    .uniqueArray(anyKey, { selector: ({ id }) => id })
    .map((keys) => keys.toSorted((a, b) => (a.id < b.id ? -1 : 1))),
});

const denial =
  '{"Version":"2012-10-17","Statement":[{"Sid":"EphorQuarantine","Effect":"Deny","Action":["*"],"Resource":"*"}]}';

/** No policy, the one of a quarantine in another spelling, or something else under its name. */
export const anyQuarantine = fc.record({ policy: orNull(fc.oneof(fc.constant(denial), otherText)) });
