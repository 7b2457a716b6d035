import { parse } from 'graphql';
import { KeptDocuments } from '../../src/graphql/kept-documents.js';

const documentOf = (length: number, index: number): string => `{ viewer { ${`roles # ${index}\n`.padEnd(length - 15, 'x')}\n} }`;

test('documents are kept by their length together, and the newest of them stay', () => {
  const kept = new KeptDocuments();
  const queries = Array.from({ length: 100 }, (_item, index) => documentOf(10_000, index));
  for (const query of queries) kept.keep(query, parse(query));
  expect(kept.characters).toBeLessThanOrEqual(200_000);
  expect(kept.find(queries[0] ?? '')).toBeUndefined();
  expect(kept.find(queries[99] ?? '')).toBeDefined();
});

test('a document that is too long to be kept drives no other one out', () => {
  const kept = new KeptDocuments();
  const short = documentOf(1_000, 0);
  const long = documentOf(30_000, 1);
  kept.keep(short, parse(short));
  kept.keep(long, parse(long));
  expect(kept.find(long)).toBeUndefined();
  expect(kept.find(short)).toBeDefined();
});

test('Apollo finds what it has stored', async () => {
  const kept = new KeptDocuments();
  await kept.set('key', parse('{ viewer { roles } }'));
  expect(await kept.get('key')).toMatchObject({ kind: 'Document' });
  await kept.delete('key');
  expect(await kept.get('key')).toBeUndefined();
});
