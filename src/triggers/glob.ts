/** A pattern's pieces: the code of a character that must stand there, or one of these. */
const ANY_RUN = -1;
const ANY_ONE = -2;

/**
 * Reads a pattern: `*` is any run of characters, `?` one character, and `\` makes the next one stand for itself.
 * Upper and lower case are the same.
 *
 * The match goes through the text once and remembers only the last `*`: when a character does not fit, that one takes
 * a character more. An earlier one need never be tried again, since the last can take whatever an earlier would have.
 * So the work is bounded by the length of the text times that of the piece between two `*`, whatever the pattern.
 */
export function compileGlob(pattern: string): (text: string) => boolean {
  const pieces = readPieces(pattern);
  return (text) => matches(pieces, codesOf(text.toLowerCase()));
}

function readPieces(pattern: string): Int32Array {
  const pieces: number[] = [];
  let isEscaped = false;
  for (const character of pattern.toLowerCase()) {
    if (character === '\\' && !isEscaped) {
      isEscaped = true;
      continue;
    }
    pieces.push(isEscaped ? codeOf(character) : pieceOf(character));
    isEscaped = false;
  }
  // A last backslash has nothing to escape, so it means itself.
  return Int32Array.from(isEscaped ? [...pieces, codeOf('\\')] : pieces);
}

function pieceOf(character: string): number {
  if (character === '*') return ANY_RUN;
  return character === '?' ? ANY_ONE : codeOf(character);
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

function matches(pieces: Int32Array, text: Int32Array): boolean {
  let at = 0;
  let piece = 0;
  let afterRun = -1;
  let runEnd = 0;
  while (at < text.length) {
    if (pieces[piece] === ANY_RUN) {
      piece += 1;
      afterRun = piece;
      runEnd = at;
    } else if (pieces[piece] === text[at] || pieces[piece] === ANY_ONE) {
      piece += 1;
      at += 1;
    } else if (afterRun >= 0) {
      piece = afterRun;
      runEnd += 1;
      at = runEnd;
    } else {
      return false;
    }
  }
  return pieces.subarray(piece).every((rest) => rest === ANY_RUN);
}
