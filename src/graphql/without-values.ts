/** Where graphql-js goes on after the value that it quotes: at the last place that looks like it, since the value can hold anything. */
const GOES_ON = /^(Variable "\$\w+" got invalid value )(.*)(; (?:Expected |Field "|Value "|Enum "|\w+ cannot represent ).*)$/s;

/** What graphql-js says of an input, without the input itself: what was put in the wrong place can be a secret, and answers end up in logs. */
export function withoutValues(message: string): string {
  return message
    .replace(GOES_ON, (_message, beginning: string, value: string, rest: string) => `${beginning.trimEnd()}${/ at "[\w.[\]]+"$/.exec(value)?.[0] ?? ''}${rest}`)
    .replace(/( cannot represent [^:"]{0,60}value)\b.*$/s, '$1.')
    .replace(/^(Expected value of type "[^"]*"), found .*$/s, '$1.')
    .replace(/^((?:Variable [^;]{0,500}; )?)Value ".*" does not exist in/s, '$1The value does not exist in');
}
