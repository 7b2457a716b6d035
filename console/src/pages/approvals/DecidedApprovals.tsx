import { Button, Group, NativeSelect, Stack, Table, Text, Title } from '@mantine/core';
import { useEffect, useEffectEvent, useState } from 'react';
import { Link } from 'react-router';
import { usePages } from '../../api/use-pages.js';
import { usePoll } from '../../api/use-poll.js';
import { ApprovalsDocument, type ApprovalRowFragment, type ApprovalStatus } from '../../gql/approvals.js';
import { nameOfActor } from '../../parts/actor.js';
import { Moment } from '../../parts/Moment.js';
import { wordOf } from '../../parts/status.js';
import { StatusMark } from '../../parts/StatusMark.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { Loading } from '../../states/Loading.js';
import { subjectOf } from './subject.js';

const OUTCOMES: readonly ApprovalStatus[] = ['APPROVED', 'DENIED', 'EXPIRED', 'CANCELED'];
const ONE_PAGE = 25;
const ANY = { value: '', label: 'Any' };

/** What has become of approvals, newest first. `last` is what a subscription told last. */
export function DecidedApprovals({ last }: { readonly last: ApprovalRowFragment | undefined }) {
  const [status, setStatus] = useState<ApprovalStatus>();
  const pages = usePages(ApprovalsDocument, { status }, (data) => data.approvals);
  const put = useEffectEvent((approval: ApprovalRowFragment) => pages.change((shown) => withDecided(shown, approval)));
  useEffect(() => {
    if (last && last.status !== 'PENDING' && (status === undefined || last.status === status)) put(last);
  }, [last, status]);
  // The subscription does not tell what was decided before it began, or while the list was being read. Whoever reads further down keeps what is shown.
  usePoll(5_000, pages.refresh, pages.nodes.length <= ONE_PAGE && !pages.isLoading);
  const decided = pages.nodes.filter((approval) => approval.status !== 'PENDING');
  return (
    <section aria-label="Decided">
      <Stack gap="sm">
        <Title order={2} size="h4">
          Decided
        </Title>
        <NativeSelect
          label="Outcome"
          maw="12rem"
          value={status ?? ''}
          onChange={({ currentTarget }) => setStatus(OUTCOMES.find((outcome) => outcome === currentTarget.value))}
          data={[ANY, ...OUTCOMES.map((value) => ({ value, label: wordOf(value) }))]}
        />
        {pages.fault && <FaultNotice fault={pages.fault} onRetry={pages.refresh} />}
        {decided.length > 0 && <DecidedTable approvals={decided} />}
        {decided.length === 0 && pages.isLoading && <Loading />}
        {decided.length === 0 && !pages.isLoading && !pages.fault && !pages.hasMore && <Text className="quiet">Nothing yet.</Text>}
        {pages.hasMore && (
          <Group>
            <Button variant="default" onClick={pages.more} loading={pages.isLoading}>
              Show more
            </Button>
          </Group>
        )}
      </Stack>
    </section>
  );
}

function DecidedTable({ approvals }: { readonly approvals: readonly ApprovalRowFragment[] }) {
  return (
    <div className="scroll" role="region" aria-label="The decided approvals" tabIndex={0}>
      <Table highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Outcome</Table.Th>
            <Table.Th scope="col">Step</Table.Th>
            <Table.Th scope="col">Playbook</Table.Th>
            <Table.Th scope="col">Decided by</Table.Th>
            <Table.Th scope="col">When</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {approvals.map((approval) => (
            <Table.Tr key={approval.id}>
              <Table.Td>
                <StatusMark status={approval.status} />
              </Table.Td>
              <Table.Td>
                <Link to={`/runs/${encodeURIComponent(approval.run.id)}`}>{subjectOf(approval)}</Link>
              </Table.Td>
              <Table.Td>{approval.run.playbook.name}</Table.Td>
              <Table.Td>{approval.decisions.map(({ by, comment }) => `${nameOfActor(by)}${comment ? `: ${comment}` : ''}`).join('; ') || 'Nobody'}</Table.Td>
              <Table.Td>
                <Moment at={approval.decidedAt ?? approval.requestedAt} />
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

/** The list with an approval as it is now: where it was, or where its time puts it. */
function withDecided(shown: readonly ApprovalRowFragment[], approval: ApprovalRowFragment): readonly ApprovalRowFragment[] {
  if (shown.some(({ id }) => id === approval.id)) return shown.map((one) => (one.id === approval.id ? approval : one));
  return [...shown, approval].sort((one, other) => other.requestedAt.localeCompare(one.requestedAt));
}
