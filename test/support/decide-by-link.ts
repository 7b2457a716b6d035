import type { TestApp } from './test-app.js';
import { until } from './until.js';

/** Decides by the link that a contact was sent, as the page's form does it. */
export async function decideByLink(app: TestApp, address: string): Promise<{ status: number; text: string }> {
  const { notice } = await until(() => app.lab.notices.find((sent) => sent.address === address && sent.notice.kind === 'REQUEST'), (sent) => sent !== undefined) ?? {};
  const url = notice?.decideUrl ?? '';
  const page = await fetch(url);
  const [cookie = ''] = (page.headers.get('set-cookie') ?? '').split(';');
  const view = /name="view" value="([^"]*)"/.exec(await page.text())?.[1] ?? '';
  const answer = await fetch(url, { method: 'POST', headers: { origin: new URL(url).origin, cookie }, body: new URLSearchParams({ view, decision: 'APPROVE' }) });
  return { status: answer.status, text: await answer.text() };
}
