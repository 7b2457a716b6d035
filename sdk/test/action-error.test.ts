import { ActionError, isActionError } from '@countermeasure/sdk';

test('an ActionError is recognised by its brand, also when another copy of the package made it', () => {
  class Foreign extends Error {}
  const foreign = Object.defineProperty(new Foreign('x'), Symbol.for('@countermeasure/sdk/ActionError'), { value: true });
  expect(isActionError(new ActionError('THROTTLED', 'Slow down.'))).toBe(true);
  expect(isActionError(foreign)).toBe(true);
  expect(isActionError(new Error('x'))).toBe(false);
});
