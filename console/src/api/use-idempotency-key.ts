import { useState } from 'react';

const newKey = (): string => Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** One per dialog, so that a second click, or a click after an answer that got lost, starts nothing twice. */
export const useIdempotencyKey = (): string => useState(newKey)[0];
