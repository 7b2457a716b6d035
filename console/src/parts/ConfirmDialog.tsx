import { Button, Group, Modal, Stack, Text, Textarea } from '@mantine/core';
import { useState, type ReactNode } from 'react';
import { problemAt, type Fault } from '../api/fault.js';
import { FaultNotice } from '../states/FaultNotice.js';

interface Props {
  readonly title: string;
  /** What will happen. */
  readonly children: ReactNode;
  /** What the button says that does it. */
  readonly verb: string;
  /** What the text is for that can be typed; none: nothing is asked. */
  readonly reasonLabel?: string;
  readonly isDangerous?: boolean;
  readonly isUnderWay: boolean;
  readonly fault: Fault | undefined;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

/** Asks before something is done that is not taken back by a click, and for the reason that stays with it. */
export function ConfirmDialog({ title, children, verb, reasonLabel, isDangerous = false, isUnderWay, fault, onConfirm, onClose }: Props) {
  const [reason, setReason] = useState('');
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onConfirm(reason.trim());
        }}
      >
        <Stack>
          {typeof children === 'string' ? <Text>{children}</Text> : children}
          {reasonLabel !== undefined && <Textarea label={reasonLabel} value={reason} error={problemAt(fault, 'input', 'reason')} onChange={({ currentTarget }) => setReason(currentTarget.value)} autosize minRows={2} maxLength={2_000} data-autofocus />}
          {fault && <FaultNotice fault={fault} order={3} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              Back
            </Button>
            <Button type="submit" loading={isUnderWay} color={isDangerous ? 'red' : undefined}>
              {verb}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
