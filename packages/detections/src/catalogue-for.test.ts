import { expect, test } from "vitest";
import { ACCOUNT } from "./cases/cloudtrail-event.ts";
import { detections } from "./catalogue.ts";
import { catalogueFor } from "./catalogue-for.ts";
import { runCases } from "./test-cases.ts";

test("without named accounts no account is unknown", () => {
  expect(catalogueFor({ accounts: {} })).toBe(detections);
});

test("with named accounts the events of all others are told", () => {
  const catalogue = catalogueFor({ accounts: { [ACCOUNT]: { tenant: "default", environment: "production" } } });
  const added = catalogue.filter((detection) => !detections.includes(detection));
  expect(added.map(({ id }) => id)).toEqual(["ephor.unknown-account"]);
  expect(runCases(added).cases.filter(({ ok }) => !ok)).toEqual([]);
});
