import { compileGlob } from '../../src/triggers/glob.js';

test.each<readonly [pattern: string, text: string, expected: boolean]>([
  ['abc', 'ABC', true],
  ['ABC', 'abc', true],
  ['abc', 'abcd', false],
  ['abc', 'ab', false],
  ['', '', true],
  ['', 'a', false],
  ['*', '', true],
  ['*', 'anything\nat all', true],
  ['a*', 'a', true],
  ['*a', 'ba', true],
  ['*a', 'ab', false],
  ['a*c*e', 'abcde', true],
  ['a*c*e', 'abcd', false],
  ['*ab', 'aab', true],
  ['*aab*', 'aaaab!', true],
  ['**a**', 'xay', true],
  ['?', '', false],
  ['?', 'x', true],
  ['?', '\u{1F680}', true],
  ['??', '\u{1F680}', false],
  ['*?', '', false],
  ['a?c', 'abc', true],
  ['a?c', 'ac', false],
  ['*.contoso.example', 'mail.contoso.example', true],
  ['*.contoso.example', 'mail-contoso.example', false],
  ['a.c', 'abc', false],
  ['[ab]', 'a', false],
  ['100\\%', '100%', true],
  ['\\*', '*', true],
  ['\\*', 'x', false],
  ['\\?', '?', true],
  ['\\?', 'x', false],
  ['a\\\\b', 'a\\b', true],
  ['a\\', 'a\\', true],
  ['CONTOSO\\\\*', 'contoso\\mira', true],
])('%j on %j: %s', (pattern, text, expected) => {
  expect(compileGlob(pattern)(text)).toBe(expected);
});

test.each([1, 31, 32, 33, 63, 64, 65, 200])('a piece of %i characters is found wherever it stands, and nowhere when one character differs', (length) => {
  const piece = Array.from({ length }, (_, index) => 'abc'[index % 3]).join('');
  const other = `${piece.slice(0, -1)}x`;
  for (const before of [0, 1, 31, 32, 100]) {
    const text = `${'ab'.repeat(before)}${piece}cc`;
    expect(compileGlob(`*${piece}*`)(text)).toBe(true);
    expect(compileGlob(`*?${piece.slice(1)}*`)(text)).toBe(true);
    expect(compileGlob(`*${other}*`)(text)).toBe(false);
  }
});

test('a pattern agrees with a plain search through all ways to cut the text', () => {
  const slow = (pattern: string, text: string): boolean => {
    if (pattern === '') return text === '';
    if (pattern.startsWith('*')) return slow(pattern.slice(1), text) || (text !== '' && slow(pattern, text.slice(1)));
    return text !== '' && (pattern.startsWith('?') || pattern[0] === text[0]) && slow(pattern.slice(1), text.slice(1));
  };
  const words = (letters: string, length: number): string[] => (length === 0 ? [''] : words(letters, length - 1).flatMap((word) => [word, ...[...letters].map((letter) => word + letter)]));
  const patterns = [...new Set(words('ab*?', 4))];
  const texts = [...new Set(words('ab', 4))];
  const differing = patterns.flatMap((pattern) => texts.filter((text) => compileGlob(pattern)(text) !== slow(pattern, text)).map((text) => `${pattern} on ${text}`));
  expect(differing).toEqual([]);
});
