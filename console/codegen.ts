import type { CodegenConfig } from '@graphql-codegen/cli';
import { readdirSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.join(import.meta.dirname, '..');
const OPERATIONS = path.join(ROOT, 'schema/operations');

/** Types and documents of one folder of operations; a page loads those of its own folder only. */
const generated = (folder: string): CodegenConfig['generates'][string] => ({
  documents: path.join(OPERATIONS, folder, '*.graphql'),
  plugins: ['typescript-operations', 'typed-document-node'],
  config: {
    enumType: 'string-literal',
    useTypeImports: true,
    immutableTypes: true,
    optimizeDocumentNode: true,
    dedupeFragments: true,
    scalars: { DateTime: 'string', Duration: 'string', JSONObject: 'Readonly<Record<string, unknown>>' },
  },
});

export const codegen: CodegenConfig = {
  cwd: ROOT,
  silent: true,
  schema: path.join(ROOT, 'schema/schema.graphql'),
  generates: Object.fromEntries(readdirSync(OPERATIONS).map((folder) => [path.join(import.meta.dirname, 'src/gql', `${folder}.ts`), generated(folder)])),
};
