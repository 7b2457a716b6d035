import { parseNetwork, readAddress } from '../../src/triggers/networks.js';

test.each<readonly [network: string, address: string, expected: boolean]>([
  ['10.0.0.0/8', '10.255.255.255', true],
  ['10.0.0.0/8', '11.0.0.0', false],
  ['10.0.0.1/8', '10.200.0.1', true],
  ['203.0.113.7', '203.0.113.7', true],
  ['203.0.113.7', '203.0.113.8', false],
  ['203.0.113.7/32', '203.0.113.6', false],
  ['0.0.0.0/0', '198.51.100.1', true],
  ['0.0.0.0/0', '2001:db8::1', false],
  ['2001:db8::/32', '2001:DB8:ffff::1', true],
  ['2001:db8::/32', '2001:db9::1', false],
  ['2001:db8::1', '2001:db8:0:0:0:0:0:1', true],
  ['2001:db8::1/64', '2001:db8::2', true],
  ['::/0', '2001:db8::1', true],
  ['::/0', '198.51.100.1', false],
  ['10.0.0.0/8', '::ffff:10.1.2.3', true],
  ['10.0.0.0/8', '::ffff:a01:203', true],
  ['10.0.0.0/8', '::ffff:11.1.2.3', false],
  ['::ffff:10.0.0.0/104', '10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '::ffff:10.1.2.3', true],
  ['::ffff:10.0.0.0/104', '11.1.2.3', false],
  ['::ffff:10.1.2.3', '10.1.2.3', true],
])('the network %s holds %s: %s', (network, address, expected) => {
  expect(parseNetwork(network)?.(address)).toBe(expected);
});

test.each(['', '/', '10.0.0.0/', '10.0.0.0/33', '10.0.0.0/-1', '10.0.0.0/08', '10.0.0.0/8/8', '10.0.0/8', '010.0.0.0/8', '256.0.0.0/8', ' 10.0.0.0/8', '10.0.0.0 /8', '10.0.0.0/8.0', '2001:db8::/129', '2001:db8:::/32', 'fe80::1%eth0', 'fe80::%1/10', 'example.com', '10.0.0.0-10.0.0.9'])('%j is no network', (text) => {
  expect(parseNetwork(text)).toBeUndefined();
});

test.each([null, undefined, 7, '', 'unknown', '10.0.0.1:443', '10.0.0.0/8', 'fe80::1%eth0', ['10.0.0.1'], {}])('%j is no address', (value) => {
  expect(readAddress(value)).toBeUndefined();
});
