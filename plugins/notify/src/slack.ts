import { defineChannel, type Notice } from '@countermeasure/sdk';
import { z } from 'zod';
import { NO_HOSTS, checkHookAddress, extraHosts } from './hook-environment.js';
import { postJson } from './post-json.js';

/** Slack cuts off, or refuses, what is much longer; escaping makes some of it longer yet. @see https://api.slack.com/reference/block-kit/blocks */
const MAX_TEXT = 2_400;
const MAX_HEADER = 150;
const MAX_FIELDS = 10;
const MAX_FIELD = 1_500;

const environment = z.object({ NOTIFY_EXTRA_HOSTS: extraHosts });

/** An incoming webhook of Slack. */
export const slack = defineChannel({
  id: 'SLACK',
  title: 'Slack',
  environment,
  hosts: ['*'],
  operatorHosts: ({ NOTIFY_EXTRA_HOSTS }) => [...(NOTIFY_EXTRA_HOSTS ?? NO_HOSTS)],
  missing: () => undefined,
  checkAddress: (address) => checkHookAddress(address, 'the address of an incoming webhook, https://hooks.slack.com/services/…'),
  connect: ({ environment: set }) => ({ allowed: set.NOTIFY_EXTRA_HOSTS ?? NO_HOSTS }),
  send: ({ client: { allowed }, address, notice, signal }) => postJson(address, JSON.stringify(toMessage(notice)), { allowed, signal }),
});

function toMessage({ subject, text, facts, plan, decideUrl, followUrl }: Notice): object {
  const button = (label: string, url: string): object => ({ type: 'button', text: { type: 'plain_text', text: label }, url });
  return {
    text: escape(cut(subject, MAX_TEXT)),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(subject, MAX_HEADER) } },
      section(text),
      { type: 'section', fields: facts.slice(0, MAX_FIELDS).map(({ name, value }) => ({ type: 'mrkdwn', text: `*${escape(name)}*\n${escape(cut(value, MAX_FIELD))}`, verbatim: true })) },
      ...(plan.length === 0 ? [] : [section(`What would be changed:\n${plan.map((sentence) => `• ${sentence}`).join('\n')}`)]),
      { type: 'actions', elements: [...(decideUrl === undefined ? [] : [button('Look and decide', decideUrl)]), button('Follow along', followUrl)] },
    ],
  };
}

function section(text: string): object {
  return { type: 'section', text: { type: 'mrkdwn', text: escape(cut(text, MAX_TEXT)), verbatim: true } };
}

/** The three characters that Slack reads as its own. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
