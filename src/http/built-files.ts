import type { FastifyInstance } from 'fastify';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

const TYPES: Readonly<Record<string, string>> = { '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.svg': 'image/svg+xml' };

/** A file whose name holds a hash of its content: what was loaded once is good for ever. */
const FOR_EVER = 'public, max-age=31536000, immutable';

const compress = promisify(gzip);

interface BuiltFile {
  readonly content: Buffer;
  readonly type: string;
  /** Made when somebody first asks for it. */
  compressed?: Promise<Buffer>;
}

/** The files of a build, under /assets. They are those that were there at the start: no request reaches the disk. */
export function serveBuiltFiles(server: FastifyInstance, folder: string): void {
  const files = new Map<string, BuiltFile>();
  for (const name of readdirSync(folder)) {
    const type = TYPES[path.extname(name)];
    if (type === undefined) throw new Error(`${path.join(folder, name)} is of a kind that is not served.`);
    files.set(name, { type, content: readFileSync(path.join(folder, name)) });
  }
  server.get<{ Params: { file: string } }>('/assets/:file', async (request, reply) => {
    const file = files.get(request.params.file);
    if (!file) return reply.callNotFound();
    void reply.headers({ 'cache-control': FOR_EVER, vary: 'accept-encoding' }).type(file.type);
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(file.content);
    return reply.header('content-encoding', 'gzip').send(await (file.compressed ??= compress(file.content, { level: 9 })));
  });
}
