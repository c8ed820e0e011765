import { expect, test } from "vitest";
import { clientAddressOf, isLoopback } from "./client-address.ts";

test("an address is read in each form that servers and proxies write", () => {
  const direct = clientAddressOf([]);
  for (const [peer, address] of [
    ["192.0.2.1", "192.0.2.1"],
    ["::ffff:192.0.2.1", "192.0.2.1"],
    ["2001:DB8::1", "2001:db8::1"],
    ["not an address", "unknown"],
    [undefined, "unknown"],
  ] as const) {
    expect(direct(peer, "203.0.113.1")).toBe(address);
  }
  const viaProxy = clientAddressOf(["2001:db8::/32", "10.0.0.1"]);
  for (const [chain, address] of [
    ["[2001:dead::1]:443", "2001:dead::1"],
    ["192.0.2.1:80", "192.0.2.1"],
    ["192.0.2.1, 10.0.0.1", "192.0.2.1"],
    ["garbage", "unknown"],
    ["10.0.0.1, 10.0.0.1", "2001:db8::2"],
  ] as const) {
    expect(viaProxy("2001:db8::2", chain)).toBe(address);
  }
});

test("this machine is 127.0.0.0/8 and ::1", () => {
  expect(["127.0.0.1", "127.9.9.9", "::1"].every(isLoopback)).toBe(true);
  expect(["128.0.0.1", "10.127.0.1", "::2", "unknown", "127.0.0.1.example"].some(isLoopback)).toBe(false);
});
