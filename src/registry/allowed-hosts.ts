/** How far a plugin may go to reach a host: to any address, because the operator named it, or only to public ones. */
export type Reach = 'ANYWHERE' | 'PUBLIC';

/** A name with at least one dot, the first label being `*` or not; `*` alone is every host. */
const DECLARED = /^(\*|(\*\.)?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+)$/;

/** What is wrong with a host that a plugin declares, in a sentence; undefined when nothing is. */
export function hostProblem(host: string): string | undefined {
  if (/^[\d.]+$/.test(host) || !DECLARED.test(host)) return `the host "${host}" is not a name such as api.example.com or *.example.com, in lower case and without a port.`;
  return undefined;
}

/** The hosts that one plugin may reach. It is made when the plugin is registered and never changes. */
export class AllowedHosts {
  private readonly declared: readonly string[];
  private readonly named: ReadonlySet<string>;

  /** `declared` by the plugin itself; `named` by the operator, each with or without a port. */
  constructor(declared: readonly string[], named: readonly string[]) {
    this.declared = [...declared];
    this.named = new Set(named.map((host) => host.trim().toLowerCase()));
    Object.freeze(this);
  }

  /** undefined: not at all. */
  reach(host: string, port: number): Reach | undefined {
    const name = bareName(host);
    const written = name.includes(':') ? `[${name}]` : name;
    if (this.named.has(name) || this.named.has(written) || this.named.has(`${written}:${port}`)) return 'ANYWHERE';
    return this.declared.some((pattern) => fits(pattern, name)) ? 'PUBLIC' : undefined;
  }
}

/** One spelling for one host: the dot at the end of a name and the brackets of an address say nothing. */
function bareName(host: string): string {
  return host.toLowerCase().replace(/^\[|\]$/g, '').replace(/\.$/, '');
}

function fits(pattern: string, name: string): boolean {
  if (pattern === '*') return true;
  return pattern.startsWith('*.') ? name.endsWith(pattern.slice(1)) : name === pattern;
}
