import { GraphFailure } from './graph-failure.js';
import type { Comparison, Filter, Literal } from './odata-filter.js';
import { invalidFilter } from './odata-tokens.js';

/** How a property may be filtered. */
export interface FilterRule {
  readonly type: 'text' | 'boolean' | 'date';
  readonly operators: readonly Comparison['operator'][];
  /** These operators (or all) take `ConsistencyLevel: eventual` together with `$count=true`. */
  readonly advancedOperators?: readonly Comparison['operator'][];
}

export type FilterRules = Readonly<Record<string, FilterRule>>;

/** A property of an item; several values where it is a collection, of which any may fit. */
export type ReadProperty<Item> = (item: Item, property: string) => unknown;

const EDM: Readonly<Record<FilterRule['type'], string>> = { text: 'Edm.String', boolean: 'Edm.Boolean', date: 'Edm.DateTimeOffset' };

function unsupported(property: string, resource: string): GraphFailure {
  return new GraphFailure(400, 'Request_UnsupportedQuery', `Unsupported or invalid query filter clause specified for property '${property}' of resource '${resource}'.`);
}

function hasType(value: Literal, type: FilterRule['type']): boolean {
  if (value === null) return true;
  if (type === 'boolean') return typeof value === 'boolean';
  return typeof value === 'string' && (type === 'text' || !Number.isNaN(Date.parse(value)));
}

function findRule(rules: FilterRules, property: string): [string, FilterRule] | undefined {
  return Object.entries(rules).find(([name]) => name.toLowerCase() === property.toLowerCase());
}

export interface FilterScope {
  readonly rules: FilterRules;
  readonly resource: string;
  readonly isAdvanced: boolean;
}

/** Refuses what the directory would refuse. */
export function checkFilter(filter: Filter, scope: FilterScope): void {
  if (filter.kind === 'not') {
    if (!scope.isAdvanced) throw new GraphFailure(400, 'Request_UnsupportedQuery', "The operator 'not' needs the header 'ConsistencyLevel: eventual' and $count=true.");
    return checkFilter(filter.operand, scope);
  }
  if (filter.kind !== 'comparison') {
    checkFilter(filter.left, scope);
    return checkFilter(filter.right, scope);
  }
  const found = findRule(scope.rules, filter.property);
  if (found === undefined) throw invalidFilter(`Could not find a property named '${filter.property}' on type 'microsoft.graph.${scope.resource.toLowerCase()}'.`);
  const [name, rule] = found;
  const isAdvancedOnly = rule.advancedOperators?.includes(filter.operator) === true;
  if (!(rule.operators.includes(filter.operator) || (isAdvancedOnly && scope.isAdvanced))) throw unsupported(name, scope.resource);
  if (!filter.values.every((value) => hasType(value, rule.type))) {
    throw invalidFilter(`A binary operator with incompatible types was detected: '${name}' is of the type '${EDM[rule.type]}'.`);
  }
}

function asOrdered(value: unknown): number | string {
  if (typeof value !== 'string') return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? value.toLowerCase() : date;
}

function isEqual(actual: unknown, wanted: Literal): boolean {
  if (typeof actual !== 'string' || typeof wanted !== 'string') return (actual ?? null) === wanted;
  if (actual.toLowerCase() === wanted.toLowerCase()) return true;
  return /^\d{4}-\d\d-\d\dT/.test(actual) && Date.parse(actual) === Date.parse(wanted);
}

const TESTS: Readonly<Record<Comparison['operator'], (actual: unknown, wanted: Literal) => boolean>> = {
  eq: isEqual,
  in: isEqual,
  ne: (actual, wanted) => !isEqual(actual, wanted),
  ge: (actual, wanted) => actual !== null && asOrdered(actual) >= asOrdered(wanted),
  le: (actual, wanted) => actual !== null && asOrdered(actual) <= asOrdered(wanted),
  gt: (actual, wanted) => actual !== null && asOrdered(actual) > asOrdered(wanted),
  lt: (actual, wanted) => actual !== null && asOrdered(actual) < asOrdered(wanted),
  startswith: (actual, wanted) => typeof actual === 'string' && actual.toLowerCase().startsWith(String(wanted).toLowerCase()),
  endswith: (actual, wanted) => typeof actual === 'string' && actual.toLowerCase().endsWith(String(wanted).toLowerCase()),
};

function fitsComparison<Item>(item: Item, filter: Comparison, scope: FilterScope, read: ReadProperty<Item>): boolean {
  const name = findRule(scope.rules, filter.property)?.[0] ?? filter.property;
  const actual = read(item, name);
  const candidates: unknown[] = Array.isArray(actual) ? actual : [actual];
  return candidates.some((candidate) => filter.values.some((wanted) => TESTS[filter.operator](candidate, wanted)));
}

/** Whether an item is among those that a checked filter means. */
export function fitsFilter<Item>(item: Item, filter: Filter, scope: FilterScope, read: ReadProperty<Item>): boolean {
  if (filter.kind === 'not') return !fitsFilter(item, filter.operand, scope, read);
  if (filter.kind === 'comparison') return fitsComparison(item, filter, scope, read);
  const left = fitsFilter(item, filter.left, scope, read);
  if (filter.kind === 'and') return left && fitsFilter(item, filter.right, scope, read);
  return left || fitsFilter(item, filter.right, scope, read);
}
