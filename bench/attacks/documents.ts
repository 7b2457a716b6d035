import { Agent, request } from 'node:http';
import type { Attack, Victim } from './attack.ts';

const AT_ONCE = 4;
const TOO_COMPLEX = ['400 QUERY_TOO_COMPLEX'];
/** Whoever asks too much in too short a time may be told so instead. */
const LIMITED = '429 RATE_LIMITED';

const agent = new Agent({ keepAlive: true });
const times = (count: number, text: (index: number) => string): string => Array.from({ length: count }, (_item, index) => text(index)).join(' ');
const document = (query: string): string => JSON.stringify({ query });

/** Documents, bodies and keys that are dear to look at, one POST each. */
export const DOCUMENT_ATTACKS: readonly Attack[] = [
  posts('a deep query', TOO_COMPLEX, document(`{ run(id: "x") ${'{ playbook { triggers { playbooks { triggers { playbooks '.repeat(20)} { id } ${'} } } } }'.repeat(20)} }`)),
  posts('1,000 aliases', TOO_COMPLEX, document(`{ ${times(1_000, (index) => `a${index}: viewer { roles }`)} }`)),
  posts('a document of 100,000 tokens', TOO_COMPLEX, document(`{ viewer { ${'roles '.repeat(100_000)} } }`)),
  posts('2,000 brackets in each other', TOO_COMPLEX, document(`{ runs(after: ${'['.repeat(2_000)}`)),
  posts('fragments in a circle', ['400 BAD_USER_INPUT'], document(`{ viewer { ...F0 } } ${times(300, (index) => `fragment F${index} on Viewer { ...F${(index + 1) % 300} }`)}`)),
  posts('a page of pages', TOO_COMPLEX, document('{ playbooks(first: 100) { nodes { runs(first: 100) { nodes { steps { id key attempts { number } } } } } } }')),
  posts('bodies of more than 1 MiB', ['413 BAD_USER_INPUT'], document(`{ viewer { roles } } #${'x'.repeat(1_100_000)}`)),
  posts('JSON of 500,000 lists in each other', ['400 BAD_USER_INPUT'], `{"query":"{ viewer { roles } }","variables":${'['.repeat(500_000)}${']'.repeat(500_000)}}`),
  posts('JSON that breaks off after 1 MB', ['400 BAD_USER_INPUT'], `{"query":"${'\\u0041'.repeat(160_000)}`),
  { name: 'keys that do not exist', refusals: ['401 UNAUTHENTICATED', LIMITED], atOnce: 16, once: (victim) => post(victim, document('{ viewer { roles } }'), `cmk_${Math.random().toString(16).slice(2, 10).padEnd(8, '0')}_${'A'.repeat(43)}`) },
];

function posts(name: string, refusals: readonly string[], body: string): Attack {
  return { name, refusals: [...refusals, LIMITED], atOnce: AT_ONCE, once: (victim) => post(victim, body, victim.key) };
}

/** The status with the code of the first error. */
export async function post({ url, signal }: Victim, body: string, key: string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const sent = request(`${url}/graphql`, { agent, signal, method: 'POST', headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body), authorization: `Bearer ${key}` } }, (response) => {
    let text = '';
    response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk));
    response.once('end', () => resolve(`${response.statusCode} ${/"code":"([A-Z_]+)"/.exec(text)?.[1] ?? ''}`.trim())).once('error', reject);
  });
  // A body that is too long is answered before all of it was sent, and the connection is closed behind the answer.
  sent.once('error', reject);
  sent.end(body);
  return promise;
}
