/** What is read of one property of a provider's JSON Schema. */
interface PropertySchema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly default?: unknown;
  readonly maxLength?: number;
  readonly format?: string;
  readonly pattern?: string;
  readonly anyOf?: readonly PropertySchema[];
}

/** One field of a form. JSON: a value that no simpler field can hold. */
export interface Field {
  readonly name: string;
  readonly label: string;
  readonly description: string | undefined;
  readonly kind: 'CHOICE' | 'YES_NO' | 'NUMBER' | 'LINE' | 'LINES' | 'JSON';
  readonly choices: readonly string[];
  readonly isRequired: boolean;
  /** Any text may stand in it, so that it may be a secret. */
  readonly isFreeText: boolean;
  readonly initial: string;
}

/** What stands in the fields, as it is typed. */
export type Typed = Readonly<Record<string, string>>;

/** A text longer than this has lines: a certificate. */
const LONGEST_LINE = 2_000;

export function fieldsOf(schema: Readonly<Record<string, unknown>>): Field[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, PropertySchema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.entries(properties).map(([name, property]) => {
    const kind = kindOf(property);
    return {
      name,
      label: property.title ?? wordsOf(name),
      description: property.description,
      kind,
      choices: (property.enum ?? []).map(String),
      isRequired: required.includes(name),
      isFreeText: (kind === 'LINE' || kind === 'LINES') && !hasForm(property),
      initial: textOf(property.default),
    };
  });
}

function kindOf(property: PropertySchema): Field['kind'] {
  const { type = property.anyOf?.every((one) => one.type === 'string') ? 'string' : undefined, maxLength = 0 } = property;
  if (property.enum) return 'CHOICE';
  if (type === 'boolean') return 'YES_NO';
  if (type === 'number' || type === 'integer') return 'NUMBER';
  if (type !== 'string') return 'JSON';
  return maxLength > LONGEST_LINE ? 'LINES' : 'LINE';
}

const hasForm = ({ format, pattern, anyOf }: PropertySchema): boolean => format !== undefined || pattern !== undefined || (anyOf?.some(hasForm) ?? false);

/** tenantId → Tenant id. */
export function wordsOf(name: string): string {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/[_-]/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

const textOf = (value: unknown): string => (value === undefined || value === null ? '' : typeof value === 'string' ? value : JSON.stringify(value));

/** What is saved, as it stands in the fields. */
export const typedOf = (fields: readonly Field[], saved: Readonly<Record<string, unknown>> = {}): Typed => Object.fromEntries(fields.map(({ name, initial }) => [name, name in saved ? textOf(saved[name]) : initial]));

/** What the fields say, as the service takes it; empty fields are left out. What is no JSON stays text, and the service says what is wrong. */
export function valuesOf(fields: readonly Field[], typed: Typed): Record<string, unknown> {
  const filled = fields.filter(({ name }) => (typed[name] ?? '').trim() !== '');
  return Object.fromEntries(filled.map(({ name, kind }) => [name, valueOf(kind, typed[name] ?? '')]));
}

function valueOf(kind: Field['kind'], text: string): unknown {
  if (kind === 'CHOICE' || kind === 'LINE') return text.trim();
  if (kind === 'LINES') return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}
