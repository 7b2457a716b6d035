import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { Metrics } from '../../src/kernel/metrics.js';
import { readExpression } from './promql.js';

const ROOT = path.join(import.meta.dirname, '../..');
const read = (file: string): string => readFileSync(path.join(ROOT, file), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: { severity: string };
  readonly annotations: { summary: string };
}

interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly description?: string;
  readonly targets?: readonly { expr: string; legendFormat: string }[];
}

/** What the scraper itself adds. */
const OF_THE_SCRAPER: Readonly<Record<string, readonly string[] | undefined>> = { up: [] };
const LABELS_OF_THE_SCRAPER = ['job', 'instance'];

const metrics = new Metrics();
metrics.watchProcess();
const known = metrics.registry.getMetricsAsArray() as unknown as { name: string; help: string; labelNames: string[] }[];
const types = new Map((await metrics.registry.getMetricsAsJSON()).map(({ name, type }) => [name, String(type)]));
const own = known.filter(({ name }) => name.startsWith('countermeasure_'));

/** The series by their names, as they are asked for, with their labels. */
const series = new Map(
  known.flatMap(({ name, labelNames }): [string, string[]][] =>
    types.get(name) === 'histogram' ? [[`${name}_bucket`, [...labelNames, 'le']], [`${name}_sum`, labelNames], [`${name}_count`, labelNames]] : [[name, labelNames]],
  ),
);

const alerts = parse(read('deploy/prometheus/alerts.yaml')) as { groups: { name: string; rules: Rule[] }[] };
const rules = alerts.groups.flatMap((group) => group.rules);
const { panels } = JSON.parse(read('deploy/grafana/dashboard.json')) as { panels: Panel[] };
const drawn = panels.filter(({ type }) => type !== 'row');

function problemsOf(expression: string): string[] {
  return readExpression(expression).flatMap(({ metric, labels }) => {
    const allowed = series.get(metric) ?? OF_THE_SCRAPER[metric];
    if (!allowed) return [`there is no series ${metric}`];
    return labels.filter((label) => ![...allowed, ...LABELS_OF_THE_SCRAPER].includes(label)).map((label) => `${metric} has no label ${label}`);
  });
}

test('the reader of expressions finds what is wrong with one', () => {
  expect(readExpression('sum by (task) (rate(a_total{outcome="ok"}[5m])) / b')).toEqual([{ metric: 'a_total', labels: ['outcome', 'task'] }, { metric: 'b', labels: ['task'] }]);
  expect(problemsOf('rate(countermeasure_run_total[5m])')).toEqual(['there is no series countermeasure_run_total']);
  expect(problemsOf('countermeasure_jobs_total{step="x"}')).toEqual(['countermeasure_jobs_total has no label step']);
  expect(() => problemsOf('sum(countermeasure_jobs_total')).toThrow('No PromQL');
});

test.each(rules.map((rule) => [rule.alert, rule] as const))('the alert %s asks for what there is, and says how bad it is and what it is about', (_name, rule) => {
  expect(problemsOf(rule.expr)).toEqual([]);
  expect(rule.labels.severity).toMatch(/^(critical|warning)$/);
  expect(rule.for ?? '0m').toMatch(/^\d+[smh]$/);
  expect(rule.annotations.summary).toMatch(/^.{20,}\.$/);
  const labelsUsed = [...rule.annotations.summary.matchAll(/\$labels\.(\w+)/g)].map(([, label]) => label);
  for (const label of labelsUsed) expect(rule.expr).toMatch(new RegExp(`by \\(${label}|^[a-z_]+[^ ]* == 0$|^min_over_time`));
});

test('alerts have names of their own', () => {
  expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  expect(rules.length).toBeGreaterThan(15);
});

test('every panel of the dashboard asks for what there is, in order and with a description', () => {
  expect(drawn.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => problemsOf(expr)))).toEqual([]);
  expect(drawn.filter(({ targets = [], description = '' }) => targets.length === 0 || description.length <= 10).map(({ title }) => title)).toEqual([]);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
});

test('the dashboard shows every metric of the service', () => {
  const shown = drawn.flatMap(({ targets = [] }) => targets.flatMap(({ expr }) => readExpression(expr).map(({ metric }) => metric)));
  const missing = own.map(({ name }) => name).filter((name) => !shown.some((metric) => metric === name || metric === `${name}_bucket`));
  // What is not shown is not looked at; each count has its panel, or the panel of its duration.
  expect(missing).toEqual([]);
});

test('docs/operations.md tells every metric with its labels, and no other', () => {
  const told = [...read('docs/operations.md').matchAll(/^\| `(countermeasure_\w+)(?:\{([\w,]+)\})?` \|/gm)].map(([, name, labels]) => `${name} ${labels ?? ''}`);
  expect(told.sort()).toEqual(own.map(({ name, labelNames }) => `${name} ${labelNames.join()}`).sort());
});

test('docs/operations.md tells what every alert means and what to do', () => {
  const told = [...read('docs/operations.md').matchAll(/^\| `(Countermeasure\w+)` \| ([^|]{30,}) \| ([^|]{15,}) \|$/gm)].map(([, name]) => name);
  expect(told).toEqual(rules.map(({ alert }) => alert));
});

test('metrics are named as Prometheus wants it', () => {
  for (const { name, help } of own) {
    expect(help).toMatch(/\.$/);
    if (types.get(name) === 'counter') expect(name).toMatch(/_total$/);
    if (types.get(name) === 'histogram') expect(name).toMatch(/_seconds$/);
    if (types.get(name) === 'gauge') expect(name).not.toMatch(/_total$/);
  }
});
