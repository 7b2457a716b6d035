import { createPlainLogger } from '../kernel/logger.js';

/**
 * What a process says when a fault that nobody caught ends it. Node would print the error with all that hangs on it, and
 * write the environment into its reports, secrets among them; a line of the log is looked through for secrets.
 */
export function sayLastWords(): void {
  process.report.excludeEnv = true;
  process.on('uncaughtException', (error) => {
    createPlainLogger('fatal').fatal({ err: error }, 'A fault that nobody caught ends this process. What was under way is taken up by another one, or at the next start.');
    process.exit(1);
  });
}
