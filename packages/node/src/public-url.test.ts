import { DEFAULT_PUBLIC_URL } from "@ephor/domain/config/config";
import { expect, test } from "vitest";
import { publicUrlOf } from "./public-url.ts";

test.each([
  ["http://127.0.0.1:4417", "http://127.0.0.1:4417"],
  ["http://0.0.0.0:4417", "http://127.0.0.1:4417"],
  ["http://[::]:4417", "http://[::1]:4417"],
  ["http://192.0.2.7:4400", "http://192.0.2.7:4400"],
])("where no publicUrl is set, a node on %s is reached at %s", (listening, reached) => {
  expect(publicUrlOf({ publicUrl: DEFAULT_PUBLIC_URL }, listening)).toBe(reached);
});

test("a publicUrl that is set is where the node is reached, wherever it listens", () => {
  expect(publicUrlOf({ publicUrl: "https://ephor.example" }, "http://127.0.0.1:4417")).toBe("https://ephor.example");
});
