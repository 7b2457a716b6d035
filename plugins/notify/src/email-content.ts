import type { Notice } from '@countermeasure/sdk';

/** What a notice looks like as text; the HTML says the same. */
export function toText({ text, facts, plan, decideUrl, followUrl, expiresAt }: Notice): string {
  return [
    text,
    '',
    ...facts.map(({ name, value }) => `${name}: ${value}`),
    '',
    ...(plan.length === 0 ? [] : ['What would be changed:', ...plan.map((sentence) => `  * ${sentence}`), '']),
    ...(decideUrl === undefined ? [] : [`Decide here${until(expiresAt)}. Opening the page decides nothing yet:`, decideUrl, '']),
    `Follow along: ${followUrl}`,
    '',
  ].join('\n');
}

/** Plain tables and system fonts, nothing loaded from anywhere: what every mail program shows, in light and dark. */
export function toHtml({ subject, text, facts, plan, decideUrl, followUrl, expiresAt }: Notice): string {
  const rows = facts.map(({ name, value }) => `<tr><td style="padding:2px 16px 2px 0;vertical-align:top"><strong>${escape(name)}</strong></td><td style="padding:2px 0">${escape(value)}</td></tr>`);
  const changes = plan.length === 0 ? '' : `<p><strong>What would be changed</strong></p><ul>${plan.map((sentence) => `<li>${escape(sentence)}</li>`).join('')}</ul>`;
  const decide =
    decideUrl === undefined
      ? ''
      : `<p><a href="${escape(decideUrl)}" style="display:inline-block;padding:10px 18px;border:1px solid;border-radius:4px;text-decoration:none">Look and decide</a></p>
<p>You can decide${escape(until(expiresAt))}. Opening the page decides nothing yet. The link is for you alone: whoever has it can decide.</p>`;
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="color-scheme" content="light dark"><title>${escape(subject)}</title></head>
<body style="font-family:system-ui,sans-serif;font-size:16px;line-height:1.5">
<p>${escape(text)}</p>
<table role="presentation" style="border-collapse:collapse">${rows.join('')}</table>
${changes}
${decide}
<p><a href="${escape(followUrl)}">Follow along</a></p>
</body></html>
`;
}

function until(expiresAt: Date | undefined): string {
  return expiresAt === undefined ? '' : ` until ${expiresAt.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
