import assert from 'node:assert/strict';
import type { EventPayload, EventType } from '../event-type.js';
import { declared, type ContractCase } from './contract-case.js';

const ID = /^[a-z][a-z0-9]*(-[a-z0-9]+)*:[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Anybody can send a payload, so none of these may make an event type throw, or name a target that is not there. */
const FOREIGN: readonly unknown[] = [null, true, 0, '', 'text', [], {}, [null], [[{}]], { id: 1 }, { id: null, value: [] }];

/** What every event type must keep to. */
export function eventTypeCases(eventType: EventType): ContractCase[] {
  const { id, fields, sample } = eventType;
  return [
    declared(`${id}: its id is of the form namespace:kebab-name, and no field is there twice`, () => {
      assert.match(id, ID);
      const paths = fields.map(({ path }) => path);
      assert.equal(new Set(paths).size, paths.length, `one of these is there twice: ${paths.join(', ')}`);
    }),
    declared(`${id}: an enum tells its values`, () => {
      for (const { path, type, values } of fields) if (type.startsWith('ENUM')) assert.ok((values?.length ?? 0) > 0, `the field "${path}" has no values`);
    }),
    declared(`${id}: its sample is JSON, tells when it happened in a way that can be read, and has an identity that stays the same`, () => {
      const copy = JSON.parse(JSON.stringify(sample)) as EventPayload;
      assert.deepEqual(copy, sample);
      const occurredAt = eventType.occurredAt(sample);
      assert.ok(occurredAt === undefined || !Number.isNaN(Date.parse(occurredAt)), `"${String(occurredAt)}" is no time`);
      assert.equal(eventType.dedupeKey(copy), eventType.dedupeKey(sample));
      for (const { id: target } of eventType.targets(sample)) assert.ok(target.trim() !== '', 'a target has a name');
    }),
    declared(`${id}: no payload makes it throw, whatever stands in its fields`, () => {
      const names = new Set([...Object.keys(sample), ...fields.map(({ path }) => path.split('.')[0] ?? path)]);
      const payloads = FOREIGN.flatMap((value) => [Object.fromEntries([...names].map((name) => [name, value])), ...[...names].map((name) => ({ ...sample, [name]: value }))]);
      for (const payload of payloads) {
        assert.ok([undefined, 'string'].includes(kindOf(eventType.occurredAt(payload))) && [undefined, 'string'].includes(kindOf(eventType.dedupeKey(payload))));
        for (const { id: target } of eventType.targets(payload)) assert.equal(typeof target, 'string');
      }
    }),
  ];
}

function kindOf(value: unknown): string | undefined {
  return value === undefined ? undefined : typeof value;
}
