import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** Server settings under which PostgreSQL writes down every statement. */
export const WRITE_DOWN = { logging_collector: 'on', log_destination: 'jsonlog', log_statement: 'all', log_rotation_size: '0' };

const PREFIX = /^(?:execute [^:]+|statement): /;
/** What reads or writes rows of our tables, rather than the queue's, the catalogue's or a test's own. */
const READS_OR_WRITES = /^\s*(?:select|insert|update|delete|with)\b/i;
const NOT_OURS = /graphile_worker|pg_catalog|information_schema|pg_stat_activity|schema_migration|pg_notify|current_schema|pg_advisory/i;

/** Each statement of the service once, lists of any length in it counted as one. */
export function writtenDown(dataFolder) {
  const folder = path.join(dataFolder, 'postgres/data/log');
  const lines = readdirSync(folder).filter((name) => name.endsWith('.json')).flatMap((name) => readFileSync(path.join(folder, name), 'utf8').split('\n'));
  const statements = new Map();
  for (const line of lines) {
    if (line === '') continue;
    const { message = '', application_name: application } = JSON.parse(line);
    if (application !== 'countermeasure' || !PREFIX.test(message)) continue;
    const text = message.replace(PREFIX, '').trim();
    if (READS_OR_WRITES.test(text) && !NOT_OURS.test(text)) statements.set(withoutLengths(text), text);
  }
  return [...statements.values()].sort();
}

function withoutLengths(text) {
  return text.replace(/\$\d+/g, '$').replace(/'[^']*'/g, "''").replace(/(\$|DEFAULT)(?:, ?(?:\$|DEFAULT))+/g, '$').replace(/\(\$\)(?:, ?\(\$\))+/g, '($)');
}
