/** What is understood of JSON Schema 2020-12; what is not is entered as JSON. */
export interface Schema {
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly type?: string | readonly string[];
  readonly title?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly format?: string;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

export type Value = Readonly<Record<string, unknown>>;

export type FieldKind = 'TEXT' | 'NUMBER' | 'BOOLEAN' | 'CHOICE' | 'LIST' | 'OBJECT' | 'JSON';

const KINDS: Readonly<Record<string, FieldKind>> = { string: 'TEXT', number: 'NUMBER', integer: 'NUMBER', boolean: 'BOOLEAN' };

/** How a value of this schema is entered. */
export function kindOf({ type, enum: choices, properties, items }: Schema): FieldKind {
  if (choices?.every((choice) => typeof choice === 'string')) return 'CHOICE';
  if (type === 'array' && items) return 'LIST';
  if (type === 'object' && properties) return 'OBJECT';
  return (typeof type === 'string' && KINDS[type]) || 'JSON';
}

/** The schema that is meant: behind a reference, and without the null that only says that it may be left out. */
export function resolved({ $ref, anyOf, ...own }: Schema, root: Schema): Schema {
  const name = /^#\/\$defs\/(.+)$/.exec($ref ?? '')?.[1];
  const behind = name === undefined ? undefined : root.$defs?.[name];
  if (behind) return resolved({ ...behind, ...own }, root);
  const [only, another] = anyOf?.filter(({ type }) => type !== 'null') ?? [];
  if (only && !another) return resolved({ ...only, ...own }, root);
  // Texts of several forms are a text: a date, with or without a time.
  return anyOf?.every(({ type }) => type === 'string') ? { type: 'string', format: anyOf.map(({ format }) => format).join(' or '), ...own } : own;
}

/** withMfa → With mfa; a schema's own title comes first. */
export function labelOf(name: string, { title }: Schema): string {
  if (title !== undefined) return title;
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').replaceAll(/[_-]/g, ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a new entry of a list begins with. */
export function emptyOf(schema: Schema): unknown {
  if (schema.default !== undefined) return schema.default;
  const empty: Readonly<Record<FieldKind, unknown>> = { TEXT: '', NUMBER: 0, BOOLEAN: false, CHOICE: schema.enum?.[0], LIST: [], OBJECT: {}, JSON: null };
  return empty[kindOf(schema)];
}

/** A text that may be anything, so that it may be a secret. */
export const isFreeText = ({ format, pattern }: Schema): boolean => format === undefined && pattern === undefined;

export type Path = readonly (string | number)[];

export interface FieldProps {
  readonly schema: Schema;
  readonly root: Schema;
  readonly label: string;
  readonly isRequired: boolean;
  /** undefined: it is left out. */
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  /** What the service says about the field at a path below the form. */
  readonly problemAt: (path: Path) => string | undefined;
  readonly path: Path;
  /** What is typed is a credential: free text is not shown. */
  readonly isSecret?: boolean | undefined;
}
