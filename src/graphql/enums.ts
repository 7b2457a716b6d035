import { registerEnumType } from 'type-graphql';

/** type-graphql wants an object for an enum; our states are unions of strings with one description each. */
export function describeEnum<Value extends string>(name: string, description: string, values: Readonly<Record<Value, string>>): Readonly<Record<Value, Value>> {
  const object = Object.fromEntries(Object.keys(values).map((value) => [value, value])) as Record<Value, Value>;
  const valuesConfig = Object.fromEntries(Object.entries<string>(values).map(([value, text]) => [value, { description: text }]));
  registerEnumType(object, { name, description, valuesConfig: valuesConfig as Record<Value, { description: string }> });
  return Object.freeze(object);
}
