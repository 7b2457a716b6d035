const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };

export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

const STYLE = `
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 42rem; margin: 3rem auto; padding: 0 1rem; color: #1b1b1b; background: #fff; }
  .notice { border-left: 4px solid #b45309; background: #fef3c7; padding: .75rem 1rem; }
  code { background: #f3f4f6; padding: .1rem .3rem; }
  button { font: inherit; padding: .5rem 1.25rem; margin-right: .75rem; }
  @media (prefers-color-scheme: dark) {
    body { color: #e5e5e5; background: #18181b; } .notice { background: #422006; } code { background: #27272a; }
  }`;

/** A page of the sandbox: plain, and saying on top what it is not. The body is HTML already. */
export function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} - sandbox tenant</title><style>${STYLE}</style></head>
<body><p class="notice"><strong>Sandbox tenant.</strong> This is a local imitation for first steps and tests. It is not Microsoft, and nothing here reaches a real directory.</p>
<h1>${escapeHtml(title)}</h1>
${body}
</body></html>
`;
}
