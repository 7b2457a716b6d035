import { inspect } from 'node:util';
import { Command, InvalidArgumentError, Option } from 'commander';
import { ROLES, type Role } from './auth/permissions.js';
import { exportAuditLog, verifyAudit } from './commands/audit.js';
import { demo } from './commands/demo.js';
import { doctor } from './commands/doctor.js';
import { createKey, listKeys, revokeKey } from './commands/keys.js';
import { sayLastWords } from './commands/last-words.js';
import { migrate } from './commands/migrate.js';
import { listPlugins } from './commands/plugins.js';
import { rotateSecrets } from './commands/secrets.js';
import { PROCESS_ROLES, serve, type ProcessRole } from './commands/serve.js';
import { ConfigurationError } from './config.js';
import { DomainError } from './kernel/errors.js';
import { redact } from './kernel/redact.js';
import { packageVersion } from './kernel/package-root.js';

/** One command line for everything; a fault ends it with one clear message and exit code 1. */
export async function runCommandLine(argv: readonly string[]): Promise<void> {
  sayLastWords();
  try {
    await program().parseAsync([...argv]);
  } catch (error) {
    process.exitCode = 1;
    console.error(redact(isExpected(error) ? describe(error) : inspect(error)));
  }
}

/** A fault that the reader can mend needs no stack. */
function isExpected(error: unknown): error is Error {
  return error instanceof ConfigurationError || error instanceof DomainError || (error instanceof Error && (error as NodeJS.ErrnoException).code === undefined && error.constructor === Error);
}

function describe({ message, cause }: Error): string {
  return cause instanceof Error && cause.message !== '' && !message.includes(cause.message) ? `${message}\n  (${cause.message})` : message;
}

function program(): Command {
  const root = new Command('countermeasure').description('Security response automation: playbooks of actions, run by hand or by triggers.').version(packageVersion).showHelpAfterError();
  root
    .command('serve')
    .description('start the service')
    .addOption(new Option('--role <role>', 'what this process does').choices([...PROCESS_ROLES]).default('all'))
    .action(({ role }: { role: ProcessRole }) => serve(role));
  root.command('migrate').description('bring the database to this version').action(migrate);
  root.command('plugins').description('load the listed plugins and tell what they bring').action(listPlugins);
  root.command('doctor').description('check the configuration, the database and each connection, and say how to mend what is wrong').action(doctor);
  root.command('demo').description('contain a compromised account of the sandbox tenant, from an empty database to the end').action(demo);
  root
    .command('secrets')
    .description('stored credentials')
    .command('rotate')
    .description('encrypt the stored credentials under the first key of SECRETS_KEY')
    .action(rotateSecrets);
  addKeyCommands(root);
  addAuditCommands(root);
  return root;
}

function addAuditCommands(root: Command): void {
  const audit = root.command('audit').description('the audit log');
  audit
    .command('export')
    .description('print the entries as JSON lines, the oldest first')
    .option('--after <sequence>', 'begin behind this number', parseSequence, 0)
    .action(exportAuditLog);
  audit
    .command('verify')
    .description('prove that no entry was changed, taken out or cut off; exit code 1 when one was')
    .option('--anchor <sequence:hash>', 'an end of the log that was written down earlier: it must still be in it', parseAnchor)
    .action(verifyAudit);
}

function parseSequence(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It is not a number of an entry.');
  return Number(text);
}

function parseAnchor(text: string): { sequence: number; hash: string } {
  const [, sequence, hash] = /^(\d{1,9}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (sequence === undefined || hash === undefined) throw new InvalidArgumentError('Write it as the verification prints it: 17:3fd1….');
  return { sequence: Number(sequence), hash };
}

interface NewKeyOptions {
  readonly name: string;
  readonly role: Role[];
  readonly email?: string;
  readonly playbook?: string[];
  readonly connection?: string[];
  readonly expires?: Date;
}

function addKeyCommands(root: Command): void {
  const keys = root.command('keys').description('API keys');
  keys
    .command('create')
    .description('make a key and show it, once')
    .requiredOption('--name <name>', 'what the key is for')
    .addOption(new Option('--role <role...>', 'what it may do').choices([...ROLES]).default(['ADMIN']))
    .option('--email <address>', 'the mail address of whoever holds the key: in approvals, the key and the contact of that address are one person')
    .option('--playbook <id...>', 'the only playbooks that there are for it; all by default')
    .option('--connection <id...>', 'the only connections that there are for it; all by default')
    .option('--expires <date>', 'when it ends by itself, for example 2027-01-31', parseDate)
    .action(({ name, role, email, playbook, connection, expires }: NewKeyOptions) => createKey({ name, roles: role, email, playbookIds: playbook, connectionIds: connection, expiresAt: expires }));
  keys.command('list').description('show all keys, without their secrets').action(listKeys);
  keys.command('revoke').argument('<id>', 'the key\'s id, key_…').description('end a key now').action(revokeKey);
}

function parseDate(text: string): Date {
  const date = new Date(text);
  if (Number.isNaN(date.getTime())) throw new InvalidArgumentError('It is not a date: write it as 2027-01-31.');
  return date;
}
