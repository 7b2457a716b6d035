import type { Browser } from 'playwright-core';
import { startBrowser } from '../support/browser.js';

/** An administrator of the sandbox tenant who opens a consent link and presses a button; the answer is what the last page says. */
export interface Administrator extends AsyncDisposable {
  decide(url: string, button: string): Promise<{ title: string; text: string; address: string }>;
}

/** In a real browser. */
export async function administratorInBrowser(): Promise<Administrator> {
  const browser: Browser = await startBrowser();
  return {
    async decide(url, button) {
      const context = await browser.newContext({ ignoreHTTPSErrors: true });
      const page = await context.newPage();
      await page.goto(url);
      await page.getByRole('button', { name: button }).click();
      await page.waitForURL(/\/consent\/callback/);
      const shown = { title: await page.getByRole('heading', { level: 1 }).innerText(), text: await page.getByRole('main').innerText(), address: page.url() };
      await context.close();
      return shown;
    },
    [Symbol.asyncDispose]: () => browser.close(),
  };
}

/** The same by plain HTTP, for machines without a browser. */
export async function administratorByHttp(): Promise<Administrator> {
  return {
    async decide(url, button) {
      const form = await (await fetch(url)).text();
      const [, action = ''] = /<form method="post" action="([^"]*)"/.exec(form) ?? [];
      const fields = [...form.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name = '', value = '']) => [name, decode(value)]);
      const [, decision = ''] = new RegExp(`<button name="decision" value="([^"]*)">${button}</button>`).exec(form) ?? [];
      if (decision === '') throw new Error(`The consent page has no button ${button}:\n${form}`);
      const answer = await fetch(new URL(decode(action), url), { method: 'POST', body: new URLSearchParams([...fields, ['decision', decision]] as [string, string][]) });
      const page = await answer.text();
      const text = decode((/<main>([^]*)<\/main>/.exec(page)?.[1] ?? '').replace(/<[^>]*>/g, ' '));
      return { title: decode(/<h1>([^]*?)<\/h1>/.exec(page)?.[1] ?? ''), text, address: answer.url };
    },
    [Symbol.asyncDispose]: () => Promise.resolve(),
  };
}

function decode(text: string): string {
  return text.replace(/&lt;/g, '<').replace(/&gt;/g, '>').replace(/&quot;/g, '"').replace(/&#39;/g, "'").replace(/&amp;/g, '&');
}
