import axe from 'axe-core';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { until } from './until.js';

const ALL_RULES: axe.RunOptions['runOnly'] = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];
/** What other colours and another width can change; the rest is the same page. */
const RULES_OF_LOOKS: axe.RunOptions['runOnly'] = { type: 'rule', values: ['color-contrast', 'link-in-text-block', 'scrollable-region-focusable', 'target-size'] };

/** What a tab looks like: a telephone's width, the other colour scheme. */
export interface TabOptions {
  readonly width?: number;
  readonly colorScheme?: 'light' | 'dark';
  /** Prepares the tab before it goes anywhere. */
  readonly setUp?: (page: Page) => Promise<void>;
}

/** A browser tab of its own in the console, and everything that went wrong in it: errors, and what its policy refused. */
export class ConsoleTab implements AsyncDisposable {
  readonly faults: string[] = [];

  private constructor(readonly page: Page) {
    page.on('pageerror', (error) => this.faults.push(error.message));
    page.on('console', (message) => {
      // The browser itself writes down every refused or lost request; tests ask for some of them.
      if (message.type() === 'error' && !/Failed to load resource|WebSocket connection/.test(message.text())) this.faults.push(message.text());
    });
  }

  /** Opens an address; whoever is not signed in sees the sign-in. */
  static async open(browser: Browser, address: string, { width = 1_280, colorScheme = 'light', setUp }: TabOptions = {}): Promise<ConsoleTab> {
    const options: BrowserContextOptions = { viewport: { width, height: 800 }, colorScheme, reducedMotion: 'reduce' };
    const tab = new ConsoleTab(await (await browser.newContext(options)).newPage());
    await setUp?.(tab.page);
    await tab.page.goto(address);
    return tab;
  }

  /** Opens a page of the console as somebody who signs in by key. */
  static async signedIn(browser: Browser, client: { readonly url: string; readonly key: string }, path: string, options?: TabOptions): Promise<ConsoleTab> {
    const tab = await ConsoleTab.open(browser, client.url + path, options);
    await tab.page.getByLabel('API key').fill(client.key);
    await tab.page.getByRole('button', { name: 'Sign in by key' }).click();
    await tab.page.getByRole('button', { name: 'Sign out' }).waitFor();
    return tab;
  }

  /** Waits until a text is to be seen. */
  async see(text: string | RegExp): Promise<void> {
    await this.page.getByText(text).filter({ visible: true }).first().waitFor();
  }

  /** What hinders people, on this page as it stands: axe's serious findings in both colour schemes, and a page that scrolls sideways on a telephone. */
  async hindrances(): Promise<string[]> {
    const { page } = this;
    const size = page.viewportSize() ?? { width: 1_280, height: 800 };
    const found: string[] = [];
    // The page's policy lets no foreign script in, so axe is evaluated by the browser's own debugger.
    if (!(await page.evaluate<boolean>("'axe' in window"))) await page.evaluate(axe.source);
    await lookIn(page, 'light');
    found.push(...(await seriousFindings(page, 'light', ALL_RULES)));
    await lookIn(page, 'dark');
    await page.setViewportSize({ width: 360, height: size.height });
    found.push(...(await seriousFindings(page, 'dark, 360 px', RULES_OF_LOOKS)));
    const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');
    if (overflow > 0) found.push(`the page is ${overflow} px wider than a screen of 360 px`);
    await page.setViewportSize(size);
    return found;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
  }
}

/** Mantine follows the system's colours a moment later than the style sheets do. */
async function lookIn(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await until(() => page.evaluate<string | undefined>('document.documentElement.dataset.mantineColorScheme'), (scheme) => scheme === undefined || scheme === colorScheme);
}

/** Until the colours that were asked for are there to their last shade. */
const SETTLED = 'Promise.all(document.getAnimations().filter((one) => one instanceof CSSTransition).map((one) => one.finished.catch(() => undefined)))';

async function seriousFindings(page: Page, where: string, rules: axe.RunOptions['runOnly']): Promise<string[]> {
  await page.evaluate(SETTLED);
  const { violations } = await page.evaluate<axe.AxeResults>(`axe.run(document, { resultTypes: ['violations'], runOnly: ${JSON.stringify(rules)} })`);
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${where}: ${id}: ${html} ${failureSummary ?? ''}`));
}
