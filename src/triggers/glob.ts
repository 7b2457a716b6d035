/** Stands for any one character among the codes of a pattern. */
const ANY_ONE = -2;
const BITS = 32;

/** What stands between two `*`: the codes of its characters. */
type Segment = readonly number[];
/** The place behind the first find between two places of a text; -1 when there is none. */
type Search = (text: Int32Array, from: number, end: number) => number;

/**
 * Reads a pattern: `*` is any run of characters, `?` one character, and `\` makes the next one stand for itself.
 * Upper and lower case are the same.
 *
 * What stands before the first `*` and behind the last one has its place. Each piece between is taken where it is found
 * first: whatever could follow a later find can follow the first one too, so no choice is ever taken back, and the work
 * grows with the length of the text, whatever the pattern.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const [first = [], ...rest] = readSegments(pattern);
  const last = rest.pop();
  if (!last) return (text) => isWhole(first, codesOf(text.toLowerCase()));
  const searches = rest.filter((segment) => segment.length > 0).map(compileSearch);
  return (text) => {
    const codes = codesOf(text.toLowerCase());
    const end = codes.length - last.length;
    if (end < first.length || !fitsAt(first, codes, 0) || !fitsAt(last, codes, end)) return false;
    return searches.reduce((at, search) => (at < 0 ? at : search(codes, at, end)), first.length) >= 0;
  };
}

function readSegments(pattern: string): Segment[] {
  let segment: number[] = [];
  const segments = [segment];
  let isEscaped = false;
  for (const character of pattern.toLowerCase()) {
    if (isEscaped) segment.push(codeOf(character));
    else if (character === '*') segments.push((segment = []));
    else if (character !== '\\') segment.push(character === '?' ? ANY_ONE : codeOf(character));
    isEscaped = character === '\\' && !isEscaped;
  }
  // A last backslash has nothing to escape, so it means itself.
  if (isEscaped) segment.push(codeOf('\\'));
  return segments;
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0;
}

/** Whole characters, of which some take two places in a JavaScript text. */
function codesOf(text: string): Int32Array {
  const codes = new Int32Array(text.length);
  let length = 0;
  for (let at = 0; at < text.length; length += 1) {
    const code = text.codePointAt(at) ?? 0;
    codes[length] = code;
    at += code > 0xffff ? 2 : 1;
  }
  return codes.subarray(0, length);
}

function isWhole(segment: Segment, text: Int32Array): boolean {
  return segment.length === text.length && fitsAt(segment, text, 0);
}

function fitsAt(segment: Segment, text: Int32Array, at: number): boolean {
  return segment.every((code, offset) => code === ANY_ONE || code === text[at + offset]);
}

/**
 * The shift-and method: bit n of the state is set while the last n + 1 characters fit the first n + 1 of the segment.
 * One character moves all of them at once, 32 a word, so that a segment of nothing but repetitions costs no more.
 */
function compileSearch(segment: Segment): Search {
  const words = Math.ceil(segment.length / BITS);
  const wherever = bitsOf(segment, ANY_ONE, new Int32Array(words));
  const places = new Map([...new Set(segment)].map((code) => [code, bitsOf(segment, code, wherever)]));
  const isFound = 1 << ((segment.length - 1) % BITS);
  return (text, from, end) => {
    const state = new Int32Array(words);
    for (let at = from; at < end; at += 1) {
      advance(state, places.get(text[at] ?? 0) ?? wherever);
      if (((state[words - 1] ?? 0) & isFound) !== 0) return at + 1;
    }
    return -1;
  };
}

/** One bit for each place at which the code stands, besides those given. */
function bitsOf(segment: Segment, code: number, besides: Int32Array): Int32Array {
  const bits = besides.slice();
  for (const [place, candidate] of segment.entries()) {
    const word = Math.floor(place / BITS);
    if (candidate === code) bits[word] = (bits[word] ?? 0) | (1 << (place % BITS));
  }
  return bits;
}

function advance(state: Int32Array, places: Int32Array): void {
  let carried = 1;
  for (let word = 0; word < state.length; word += 1) {
    const before = state[word] ?? 0;
    state[word] = ((before << 1) | carried) & (places[word] ?? 0);
    carried = before >>> (BITS - 1);
  }
}
