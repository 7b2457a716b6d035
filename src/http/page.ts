import type { FastifyReply } from 'fastify';
import { html, type Html } from './html.js';

/** Our own style and nothing else: no script, no frame, forms only to ourselves. */
const CONTENT_SECURITY_POLICY = "default-src 'none'; style-src 'self'; img-src data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/** A page of plain text for people who come by a link, kept by no cache. */
export function sendPage(reply: FastifyReply, status: number, title: string, body: Html): FastifyReply {
  const page = html`<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <meta name="robots" content="noindex">
    <title>${title} · Countermeasure</title>
    <link rel="icon" href="data:,">
    <link rel="stylesheet" href="/assets/page.css">
  </head>
  <body>
    <header><a class="brand" href="/">Countermeasure</a></header>
    <main>
      <h1>${title}</h1>
      ${body}
    </main>
  </body>
</html>
`;
  return reply.code(status).headers({ 'content-security-policy': CONTENT_SECURITY_POLICY, 'cache-control': 'no-store' }).type('text/html; charset=utf-8').send(page.text);
}
