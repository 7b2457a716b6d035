import { Button, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useSearchParams } from 'react-router';
import { usePages } from '../../api/use-pages.js';
import { AuditLogDocument, type AuditLogQuery } from '../../gql/settings.js';
import { nameOfActor } from '../../parts/actor.js';
import { Moment } from '../../parts/Moment.js';
import { Empty } from '../../states/Empty.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Loading } from '../../states/Loading.js';
import { SettingsFrame } from './SettingsFrame.js';
import { Verification } from './Verification.js';

type Entry = AuditLogQuery['auditLog']['nodes'][number];

/** Who did what, and the proof that nothing was changed afterwards. */
export function Component() {
  const [search, setSearch] = useSearchParams();
  const subject = search.get('subject') ?? undefined;
  const entries = usePages(AuditLogDocument, { subject }, (data) => data.auditLog);
  const lookFor = (text: string): void => setSearch(text === '' ? {} : { subject: text });
  return (
    <SettingsFrame title="Audit log">
      <Verification />
      <SubjectFilter key={subject} subject={subject ?? ''} onChange={lookFor} />
      {entries.fault && <FaultNotice fault={entries.fault} onRetry={entries.refresh} />}
      {entries.nodes.length > 0 && <EntryTable entries={entries.nodes} onSubject={lookFor} />}
      {entries.nodes.length === 0 && entries.isLoading && <Loading />}
      {entries.nodes.length === 0 && !entries.isLoading && !entries.fault && <Empty title="No entry">{subject ? 'Nothing was done to the thing of this id.' : 'Nothing was done yet.'}</Empty>}
      <Group>
        {entries.hasMore && (
          <Button variant="default" onClick={entries.more} loading={entries.isLoading}>
            Show more
          </Button>
        )}
        {entries.nodes.length > 0 && entries.totalCount !== undefined && <Text className="quiet">{`${entries.nodes.length} of ${entries.totalCount} shown`}</Text>}
        <Button variant="subtle" onClick={entries.refresh}>
          Look again
        </Button>
      </Group>
    </SettingsFrame>
  );
}

function SubjectFilter({ subject, onChange }: { readonly subject: string; readonly onChange: (subject: string) => void }) {
  const [typed, setTyped] = useState(subject);
  return (
    <form
      role="search"
      aria-label="Filter the audit log"
      onSubmit={(event) => {
        event.preventDefault();
        onChange(typed.trim());
      }}
    >
      <Group align="flex-end">
        <TextInput label="Done to" placeholder="an id, such as run_…" value={typed} onChange={({ currentTarget }) => setTyped(currentTarget.value)} />
        <Button type="submit" variant="default">
          Filter
        </Button>
        {subject !== '' && (
          <Button variant="subtle" onClick={() => onChange('')}>
            Show all
          </Button>
        )}
      </Group>
    </form>
  );
}

function EntryTable({ entries, onSubject }: { readonly entries: readonly Entry[]; readonly onSubject: (subject: string) => void }) {
  return (
    <div className="scroll" role="region" aria-label="The entries" tabIndex={0}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">No.</Table.Th>
            <Table.Th scope="col">When</Table.Th>
            <Table.Th scope="col">Who</Table.Th>
            <Table.Th scope="col">Did</Table.Th>
            <Table.Th scope="col">To</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {entries.map((entry) => (
            <EntryRow key={entry.id} entry={entry} onSubject={onSubject} />
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

function EntryRow({ entry: { sequence, at, actor, action, subject, details, hash }, onSubject }: { readonly entry: Entry; readonly onSubject: (subject: string) => void }) {
  return (
    <Table.Tr>
      <Table.Td>{sequence}</Table.Td>
      <Table.Td>
        <Moment at={at} />
      </Table.Td>
      <Table.Td>{actor ? nameOfActor(actor) : 'the service'}</Table.Td>
      <Table.Td miw="12rem">
        <details>
          <summary>{action}</summary>
          <Stack gap={2}>
            {Object.entries(details).map(([name, value]) => (
              <Text key={name} size="sm">{`${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`}</Text>
            ))}
            <Text size="sm" className="quiet">
              Hash {hash}
            </Text>
          </Stack>
        </details>
      </Table.Td>
      <Table.Td>
        {subject && (
          <Button variant="subtle" size="compact-sm" onClick={() => onSubject(subject)} aria-label={`Show only what was done to ${subject}`}>
            {subject}
          </Button>
        )}
      </Table.Td>
    </Table.Tr>
  );
}
