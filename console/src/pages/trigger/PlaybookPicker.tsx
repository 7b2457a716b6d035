import { MultiSelect } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useState } from 'react';
import { useRead } from '../../api/use-read.js';
import { PlaybookChoicesDocument } from '../../gql/trigger.js';
import type { LinkedPlaybook } from './trigger.types.js';

const TYPED_MS = 200;

interface Props {
  readonly value: readonly LinkedPlaybook[];
  readonly error: string | undefined;
  readonly onChange: (playbooks: readonly LinkedPlaybook[]) => void;
}

/** The playbooks that the trigger starts; found as one types. */
export function PlaybookPicker({ value, error, onChange }: Props) {
  const [typed, setTyped] = useState('');
  const [search] = useDebouncedValue(typed.trim(), TYPED_MS);
  const read = useRead(PlaybookChoicesDocument, { search: search || null });
  const found = read.data?.playbooks.nodes ?? [];
  const known = [...value, ...found.filter(({ id }) => !value.some((one) => one.id === id))];
  return (
    <MultiSelect
      label="Playbooks"
      description={read.fault ? read.fault.message : 'What it starts. Type to search.'}
      placeholder={value.length === 0 ? 'None: it starts nothing' : ''}
      value={value.map(({ id }) => id)}
      error={error}
      data={known.map(({ id, name, active }) => ({ value: id, label: active ? name : `${name} (inactive)` }))}
      onChange={(ids) => onChange(ids.flatMap((id) => known.find((one) => one.id === id) ?? []).map(({ id, name, active }) => ({ id, name, active })))}
      searchable
      searchValue={typed}
      onSearchChange={setTyped}
      filter={({ options }) => options}
      nothingFoundMessage={read.isLoading ? 'Searching' : 'No such playbook'}
      comboboxProps={{ transitionProps: { duration: 0 } }}
      maxDropdownHeight={240}
    />
  );
}
