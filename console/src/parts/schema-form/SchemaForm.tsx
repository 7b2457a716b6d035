import { Button, Fieldset, Group, Stack, Text } from '@mantine/core';
import { BooleanField, ChoiceField, JsonField, NumberField, TextField } from './plain-fields.js';
import { emptyOf, kindOf, labelOf, resolved, type FieldProps, type Path, type Schema, type Value } from './schema.js';

interface Props {
  /** The JSON Schema of an object. */
  readonly schema: Schema;
  readonly value: Value;
  readonly onChange: (value: Value) => void;
  /** What the service says about the field at a path below the object. */
  readonly problemAt: (path: Path) => string | undefined;
  /** Where the object stands in the schema as a whole, which references lead from. */
  readonly root?: Schema;
  readonly path?: Path;
  /** It is a credential: free text is not shown while it is typed. */
  readonly isSecret?: boolean | undefined;
}

/** The fields of an object, as its JSON Schema says. What is left empty is left out; the service checks the whole. */
export function SchemaForm({ schema, value, onChange, problemAt, root = schema, path = [], isSecret }: Props) {
  const set = (name: string, next: unknown): void => {
    const { [name]: _before, ...others } = value;
    onChange(next === undefined ? others : { ...value, [name]: next });
  };
  return (
    <Stack gap="sm">
      {Object.entries(schema.properties ?? {}).map(([name, property]) => {
        const field = resolved(property, root);
        return (
          <SchemaField
            key={name}
            schema={field}
            root={root}
            label={labelOf(name, field)}
            isRequired={(schema.required ?? []).includes(name) && field.default === undefined}
            value={value[name]}
            onChange={(next) => set(name, next)}
            problemAt={problemAt}
            path={[...path, name]}
            isSecret={isSecret}
          />
        );
      })}
    </Stack>
  );
}

/** One value of whatever kind. */
function SchemaField(props: FieldProps) {
  switch (kindOf(props.schema)) {
    case 'TEXT':
      return <TextField {...props} />;
    case 'NUMBER':
      return <NumberField {...props} />;
    case 'BOOLEAN':
      return <BooleanField {...props} />;
    case 'CHOICE':
      return <ChoiceField {...props} />;
    case 'LIST':
      return <ListField {...props} />;
    case 'OBJECT':
      return <ObjectField {...props} />;
    case 'JSON':
      return <JsonField {...props} />;
  }
}

function ObjectField({ schema, root, label, value, onChange, problemAt, path, isSecret }: FieldProps) {
  return (
    <Fieldset legend={label}>
      <SchemaForm schema={schema} root={root} value={(value ?? {}) as Value} onChange={onChange} problemAt={problemAt} path={path} isSecret={isSecret} />
    </Fieldset>
  );
}

/** Any number of values of one kind. */
function ListField({ schema, root, label, value, onChange, problemAt, path, isSecret }: FieldProps) {
  const items = resolved(schema.items ?? {}, root);
  const entries: readonly unknown[] = Array.isArray(value) ? value : Array.isArray(schema.default) ? schema.default : [];
  const problem = problemAt(path);
  return (
    <Fieldset legend={label}>
      <Stack gap="sm">
        {schema.description && (
          <Text size="sm" className="quiet">
            {schema.description}
          </Text>
        )}
        {problem && <Text data-mood="bad">{problem}</Text>}
        {entries.map((entry, index) => (
          // Entries have no names; they are what stands at their place.
          <Group key={index} align="flex-end" wrap="nowrap">
            <div style={{ flex: 1, minWidth: 0 }}>
              <SchemaField schema={items} root={root} label={`${label} ${index + 1}`} isRequired value={entry} onChange={(next) => onChange(entries.with(index, next))} problemAt={problemAt} path={[...path, index]} isSecret={isSecret} />
            </div>
            <Button variant="default" onClick={() => onChange(entries.toSpliced(index, 1))} aria-label={`Remove ${label} ${index + 1}`}>
              Remove
            </Button>
          </Group>
        ))}
        <Button variant="default" onClick={() => onChange([...entries, emptyOf(items)])} style={{ alignSelf: 'flex-start' }}>
          Add
        </Button>
      </Stack>
    </Fieldset>
  );
}
