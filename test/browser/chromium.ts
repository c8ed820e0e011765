import { existsSync, mkdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { expect, onTestFinished } from "vitest";

const NAMES = ["chromium", "chromium-browser", "google-chrome"];
/** Where the browser is, or undefined; nothing is downloaded. */
export const executablePath = (process.env["PATH"] ?? "")
  .split(delimiter)
  .flatMap((folder) => NAMES.map((name) => join(folder, name)))
  .find((file) => existsSync(file));
export const WHY_NOT = "there is no chromium on the PATH (apt-get install chromium)";

const ARGS = [
  ...["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
];
const SCREENSHOTS = fileURLToPath(new URL("../../.build/browser/", import.meta.url));

export const startBrowser = (): Promise<Browser> =>
  chromium.launch({ ...(executablePath === undefined ? {} : { executablePath }), args: ARGS });

/** A page of its own: a phone unless told, and JavaScript off unless a check needs it. */
export async function aPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  const phone = { viewport: { width: 360, height: 740 }, javaScriptEnabled: false };
  const context = await browser.newContext({ ...phone, ...options });
  onTestFinished(() => context.close());
  return context.newPage();
}

export async function screenshot(page: Page, name: string): Promise<void> {
  mkdirSync(SCREENSHOTS, { recursive: true });
  await page.screenshot({ path: join(SCREENSHOTS, `${name}.png`), fullPage: true });
}

/** Nothing serious by axe, and nothing wider than the screen. The page has to run scripts for this: axe is one. */
export async function expectGoodPage(page: Page): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"])
    .analyze();
  const told = violations.map(
    ({ id, impact, nodes }) => `${impact} ${id}: ${nodes.map(({ html }) => html).join(" | ")}`,
  );
  expect(told, page.url().replace(/[^/]{40,}/, "…")).toEqual([]);
  expect(await page.evaluate("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(0);
}
