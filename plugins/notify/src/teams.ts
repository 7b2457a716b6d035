import { defineChannel, type Notice } from '@countermeasure/sdk';
import { z } from 'zod';
import { NO_HOSTS, checkHookAddress, extraHosts } from './hook-environment.js';
import { postJson } from './post-json.js';

/** Teams takes messages of 28 KB; what people read is far shorter. */
const MAX_TEXT = 2_000;
const MAX_PLAN = 20;

const environment = z.object({ NOTIFY_EXTRA_HOSTS: extraHosts });

/** An incoming webhook, or a workflow, of Microsoft Teams. @see https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using */
export const teams = defineChannel({
  id: 'TEAMS',
  title: 'Microsoft Teams',
  environment,
  hosts: ['*'],
  operatorHosts: ({ NOTIFY_EXTRA_HOSTS }) => [...(NOTIFY_EXTRA_HOSTS ?? NO_HOSTS)],
  missing: () => undefined,
  checkAddress: (address) => checkHookAddress(address, 'the address of a webhook or workflow of Teams, https://…'),
  connect: ({ environment: set }) => ({ allowed: set.NOTIFY_EXTRA_HOSTS ?? NO_HOSTS }),
  send: ({ client: { allowed }, address, notice, signal }) => postJson(address, JSON.stringify(toMessage(notice)), { allowed, signal }),
});

function toMessage({ subject, text, facts, plan, decideUrl, followUrl }: Notice): object {
  const block = (content: string, more: object = {}): object => ({ type: 'TextBlock', text: cut(escape(content)), wrap: true, ...more });
  const content = {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    body: [
      block(subject, { size: 'Medium', weight: 'Bolder' }),
      block(text),
      { type: 'FactSet', facts: facts.map(({ name, value }) => ({ title: cut(escape(name)), value: cut(escape(value)) })) },
      ...(plan.length === 0 ? [] : [block('What would be changed:', { weight: 'Bolder' }), ...plan.slice(0, MAX_PLAN).map((sentence) => block(`• ${sentence}`))]),
    ],
    actions: [
      ...(decideUrl === undefined ? [] : [{ type: 'Action.OpenUrl', title: 'Look and decide', url: decideUrl }]),
      { type: 'Action.OpenUrl', title: 'Follow along', url: followUrl },
    ],
  };
  return { type: 'message', attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] };
}

/** Cards read Markdown: a name must not become a link. */
function escape(text: string): string {
  return text.replace(/[\\[\]()*_~`#>]/g, (character) => `\\${character}`);
}

function cut(text: string): string {
  return text.length <= MAX_TEXT ? text : `${text.slice(0, MAX_TEXT - 1)}…`;
}
