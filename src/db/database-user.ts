import { execFileSync, spawnSync } from 'node:child_process';

/** How a PostgreSQL program is to be started so that it does not run as root. */
export interface Launch {
  /** What stands before the program; empty when nothing needs to. */
  readonly prefix: readonly string[];
  /** Whose files they are to be; undefined: our own. */
  readonly owner: { readonly uid: number; readonly gid: number } | undefined;
  readonly spawnAs: { readonly uid?: number; readonly gid?: number };
}

const OS_USER = 'postgres';

/**
 * PostgreSQL refuses to run as root. Started by root it runs as the OS user `postgres`, made when missing; where that user
 * may not enter the folders that lead to the program or its data (a temporary folder of mode 0700, /root), it gets the one
 * capability that lets it pass them.
 */
export function chooseLaunch(program: string, folder: string): Launch {
  if (process.getuid?.() !== 0) return { prefix: [], owner: undefined, spawnAs: {} };
  const owner = findUser() ?? createUser();
  if (canReach([], owner, program, folder)) return { prefix: [], owner, spawnAs: owner };
  for (const capability of ['dac_read_search', 'dac_override']) {
    const prefix = withCapability(owner, capability);
    if (canReach(prefix, {}, program, folder)) return { prefix, owner, spawnAs: {} };
  }
  throw new Error(
    `The embedded PostgreSQL does not run as root, and the user "${OS_USER}" may not enter ${folder} or the folder of ${program}. ` +
      'Start the service as a normal user, put it and DATA_DIR where that user may go, or set DATABASE_URL.',
  );
}

/** Its own user and group, and nothing of root's but the right to pass folders. access(2) asks for the permitted set only with no_setuid_fixup. */
function withCapability({ uid, gid }: { uid: number; gid: number }, capability: string): string[] {
  return ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', `--inh-caps=-all,+${capability}`, `--ambient-caps=-all,+${capability}`, '--securebits=+no_setuid_fixup', '--'];
}

function canReach(prefix: readonly string[], spawnAs: { uid?: number; gid?: number }, program: string, folder: string): boolean {
  const [command = 'sh', ...args] = [...prefix, 'sh', '-c', '[ -x "$1" ] && cd "$2"', 'sh', program, folder];
  return spawnSync(command, args, { ...spawnAs, stdio: 'ignore', cwd: '/' }).status === 0;
}

function findUser(): { uid: number; gid: number } | undefined {
  const [uid, gid] = ['-u', '-g'].map((flag) => spawnSync('id', [flag, OS_USER], { encoding: 'utf8' }).stdout.trim());
  return uid && gid ? { uid: Number(uid), gid: Number(gid) } : undefined;
}

function createUser(): { uid: number; gid: number } {
  try {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', '--shell', '/usr/sbin/nologin', OS_USER], { stdio: 'pipe' });
  } catch (cause) {
    throw new Error(`The embedded PostgreSQL does not run as root, and the user "${OS_USER}" for it could not be made. Start the service as a normal user, or set DATABASE_URL.`, { cause });
  }
  const user = findUser();
  if (!user) throw new Error(`The user "${OS_USER}" was made but cannot be found.`);
  return user;
}
