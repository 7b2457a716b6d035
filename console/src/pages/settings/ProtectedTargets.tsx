import { Button, Group, NativeSelect, Stack, Table, Text, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../../api/viewer.js';
import type { LimitsFragment, TargetKind } from '../../gql/settings.js';
import { Box } from '../../parts/Box.js';
import { ConfirmDialog } from '../../parts/ConfirmDialog.js';
import { Moment } from '../../parts/Moment.js';
import { wordOf } from '../../parts/status.js';
import { useDraft } from '../../session/use-draft.js';
import { FaultNotice } from '../../states/FaultNotice.js';
import { useProtect } from './use-protect.js';

type Target = LimitsFragment['protectedTargets'][number];

/** Those that are never changed, whoever asks: accounts for emergencies. */
export function ProtectedTargets({ targets }: { readonly targets: readonly Target[] }) {
  const mayWrite = useMay()('guardrail:write');
  const [asked, setAsked] = useState<Target>();
  return (
    <Box title="Protected targets">
      <Text>No action ever changes them, whoever asks: accounts for emergencies, for example.</Text>
      {targets.length === 0 ? <Text fw={600}>No target is protected.</Text> : <TargetTable targets={targets} onRemove={mayWrite ? setAsked : undefined} />}
      {mayWrite && <ProtectForm />}
      {asked && <Remove target={asked} onClose={() => setAsked(undefined)} />}
    </Box>
  );
}

function TargetTable({ targets, onRemove }: { readonly targets: readonly Target[]; readonly onRemove: ((target: Target) => void) | undefined }) {
  return (
    <div className="scroll" role="region" aria-label="The protected targets" tabIndex={0}>
      <Table>
        <Table.Thead>
          <Table.Tr>
            <Table.Th scope="col">Target</Table.Th>
            <Table.Th scope="col">Why</Table.Th>
            <Table.Th scope="col">Since</Table.Th>
            {onRemove && <Table.Th scope="col">Change</Table.Th>}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {targets.map((target) => (
            <Table.Tr key={`${target.kind} ${target.id}`}>
              <Table.Td>
                {target.id} <span className="quiet">({wordOf(target.kind).toLowerCase()})</span>
              </Table.Td>
              <Table.Td>{target.reason}</Table.Td>
              <Table.Td>
                <Moment at={target.protectedAt} />
              </Table.Td>
              {onRemove && (
                <Table.Td>
                  <Button variant="subtle" size="compact-sm" onClick={() => onRemove(target)} aria-label={`Protect no more: ${target.id}`}>
                    Protect no more
                  </Button>
                </Table.Td>
              )}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

const NOBODY = { kind: 'USER' as TargetKind, id: '', reason: '' };

function ProtectForm() {
  const [draft, setDraft, discard] = useDraft('protected target', NOBODY);
  const { isUnderWay, fault, change } = useProtect();
  const protect = async (): Promise<void> => {
    if (!(await change((targets) => [...targets, draft]))) return;
    setDraft(NOBODY);
    discard();
  };
  return (
    <form
      aria-label="Protect a target"
      onSubmit={(event) => {
        event.preventDefault();
        void protect();
      }}
    >
      <Stack gap="sm">
        <Group align="flex-end">
          <NativeSelect label="Kind" value={draft.kind} onChange={({ currentTarget }) => setDraft({ ...draft, kind: currentTarget.value as TargetKind })} data={[{ value: 'USER', label: 'User' }, { value: 'DEVICE', label: 'Device' }]} />
          <TextInput label="Object id or sign-in name" value={draft.id} onChange={({ currentTarget }) => setDraft({ ...draft, id: currentTarget.value })} required maxLength={512} style={{ flexGrow: 1 }} />
          <TextInput label="Why" value={draft.reason} onChange={({ currentTarget }) => setDraft({ ...draft, reason: currentTarget.value })} required maxLength={500} style={{ flexGrow: 1 }} />
          <Button type="submit" variant="default" loading={isUnderWay}>
            Protect
          </Button>
        </Group>
        <Text className="quiet" size="sm">
          Prefer the object id: a name can pass to somebody else.
        </Text>
        {fault && <FaultNotice fault={fault} order={3} />}
      </Stack>
    </form>
  );
}

function Remove({ target: { kind, id, reason }, onClose }: { readonly target: Target; readonly onClose: () => void }) {
  const { isUnderWay, fault, change } = useProtect();
  const confirm = async (): Promise<void> => {
    if (await change((targets) => targets.filter((one) => one.kind !== kind || one.id !== id))) onClose();
  };
  return (
    <ConfirmDialog title={`Protect ${id} no more?`} verb="Protect no more" isDangerous isUnderWay={isUnderWay} fault={fault} onClose={onClose} onConfirm={() => void confirm()}>
      {`Playbooks can change it then. It was protected because: ${reason}`}
    </ConfirmDialog>
  );
}
