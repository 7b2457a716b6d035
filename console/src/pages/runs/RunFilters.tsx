import { Button, Group, NativeSelect, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useRead } from '../../api/use-read.js';
import { PlaybookNamesDocument } from '../../gql/runs.js';
import { wordOf } from '../../parts/status.js';
import { STATUSES } from './filter.js';

interface Props {
  readonly search: URLSearchParams;
  readonly onChange: (search: URLSearchParams) => void;
}

const ANY = { value: '', label: 'Any' };

export function RunFilters({ search, onChange }: Props) {
  const playbooks = useRead(PlaybookNamesDocument, {}).data?.playbooks.nodes ?? [];
  const set = (name: string, value: string): void => {
    const next = new URLSearchParams(search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    onChange(next);
  };
  const chosen = (name: string): string => search.get(name) ?? '';
  return (
    <Group align="flex-end" role="search" aria-label="Filter runs">
      <NativeSelect label="Status" value={chosen('status')} onChange={({ currentTarget }) => set('status', currentTarget.value)} data={[ANY, ...STATUSES.map((value) => ({ value, label: wordOf(value) }))]} />
      <NativeSelect label="Playbook" value={chosen('playbook')} onChange={({ currentTarget }) => set('playbook', currentTarget.value)} data={[ANY, ...playbooks.map(({ id, name }) => ({ value: id, label: name }))]} maw="16rem" />
      <NativeSelect
        label="Kind"
        value={chosen('dryRun')}
        onChange={({ currentTarget }) => set('dryRun', currentTarget.value)}
        data={[ANY, { value: 'false', label: 'Real runs' }, { value: 'true', label: 'Dry runs' }]}
      />
      <TargetFilter key={chosen('target')} value={chosen('target')} onChange={(value) => set('target', value)} />
      {search.size > 0 && (
        <Button variant="subtle" onClick={() => onChange(new URLSearchParams())}>
          Clear the filters
        </Button>
      )}
    </Group>
  );
}

/** Looked for when it is typed to its end: by Enter, or by leaving the field. */
function TargetFilter({ value, onChange }: { readonly value: string; readonly onChange: (value: string) => void }) {
  const [typed, setTyped] = useState(value);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onChange(typed.trim());
      }}
    >
      <TextInput label="Target" placeholder="as it was named at the start" value={typed} onChange={({ currentTarget }) => setTyped(currentTarget.value)} onBlur={() => typed.trim() !== value && onChange(typed.trim())} />
    </form>
  );
}
