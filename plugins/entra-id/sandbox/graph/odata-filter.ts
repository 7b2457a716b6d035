import { invalidFilter, tokenizeFilter } from './odata-tokens.js';
import type { Token } from './odata-tokens.js';

export type Literal = string | boolean | null;
export type ComparisonOperator = 'eq' | 'ne' | 'ge' | 'le' | 'gt' | 'lt' | 'in' | 'startswith' | 'endswith';

export interface Comparison {
  readonly kind: 'comparison';
  /** As it was written, with the lambda's variable taken off: `targetResources/id`. */
  readonly property: string;
  readonly operator: ComparisonOperator;
  readonly values: readonly Literal[];
}

export type Filter =
  | Comparison
  | { readonly kind: 'not'; readonly operand: Filter }
  | { readonly kind: 'and' | 'or'; readonly left: Filter; readonly right: Filter };

const OPERATORS: readonly string[] = ['eq', 'ne', 'ge', 'le', 'gt', 'lt'];
const MAX_DEPTH = 20;

/** Reads `$filter` by recursive descent: or, and, not, parentheses, comparisons, `in`, two functions and `any`. */
class FilterParser {
  readonly #tokens: readonly Token[];
  #next = 0;
  #depth = 0;

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens;
  }

  parse(): Filter {
    const filter = this.#or();
    const rest = this.#tokens[this.#next];
    if (rest !== undefined) throw invalidFilter(`'${rest.value}' was not expected.`);
    return filter;
  }

  #peekName(): string | undefined {
    const token = this.#tokens[this.#next];
    return token?.kind === 'name' ? token.value.toLowerCase() : undefined;
  }

  #take(): Token {
    const token = this.#tokens[this.#next];
    if (token === undefined) throw invalidFilter('it ends too early.');
    this.#next += 1;
    return token;
  }

  #takeName(): string {
    const token = this.#take();
    if (token.kind !== 'name') throw invalidFilter(`a name was expected in place of '${token.value}'.`);
    return token.value;
  }

  #isSign(sign: string): boolean {
    const token = this.#tokens[this.#next];
    return token?.kind === 'sign' && token.value === sign;
  }

  #expect(sign: string): void {
    const token = this.#take();
    if (token.kind !== 'sign' || token.value !== sign) throw invalidFilter(`'${sign}' was expected in place of '${token.value}'.`);
  }

  #or(): Filter {
    let left = this.#and();
    while (this.#peekName() === 'or') {
      this.#next += 1;
      left = { kind: 'or', left, right: this.#and() };
    }
    return left;
  }

  #and(): Filter {
    let left = this.#unary();
    while (this.#peekName() === 'and') {
      this.#next += 1;
      left = { kind: 'and', left, right: this.#unary() };
    }
    return left;
  }

  #unary(): Filter {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) throw invalidFilter('it is nested too deeply.');
    try {
      if (this.#peekName() === 'not') {
        this.#next += 1;
        return { kind: 'not', operand: this.#unary() };
      }
      if (!this.#isSign('(')) return this.#comparison();
      this.#next += 1;
      const inner = this.#or();
      this.#expect(')');
      return inner;
    } finally {
      this.#depth -= 1;
    }
  }

  #comparison(): Filter {
    const name = this.#takeName();
    const lower = name.toLowerCase();
    if (lower === 'startswith' || lower === 'endswith') return this.#function(lower);
    if (lower.endsWith('/any')) return this.#any(name.slice(0, -'/any'.length));
    const operator = this.#takeName().toLowerCase();
    if (operator === 'in') return { kind: 'comparison', property: name, operator, values: this.#list() };
    if (!OPERATORS.includes(operator)) throw invalidFilter(`the operator '${operator}' is not known.`);
    return { kind: 'comparison', property: name, operator: operator as ComparisonOperator, values: [this.#literal()] };
  }

  #function(operator: 'startswith' | 'endswith'): Filter {
    this.#expect('(');
    const property = this.#takeName();
    this.#expect(',');
    const value = this.#literal();
    this.#expect(')');
    return { kind: 'comparison', property, operator, values: [value] };
  }

  /** `collection/any(x:x/id eq '…')`: inside, `x/id` stands for `collection/id`. */
  #any(collection: string): Filter {
    this.#expect('(');
    // The variable, the colon and the first path are one name to the tokenizer: split them again.
    const [variable, ...rest] = this.#takeName().split(':');
    const head = rest.join(':');
    const tokens: Token[] = [...(head === '' ? [] : [{ kind: 'name', value: head } as const]), ...this.#untilClosing()];
    const inner = new FilterParser(tokens.map((token) => inCollection(token, variable ?? '', collection))).parse();
    this.#expect(')');
    return inner;
  }

  #untilClosing(): Token[] {
    const start = this.#next;
    for (let open = 0; ; this.#next += 1) {
      const token = this.#tokens[this.#next];
      if (token === undefined) throw invalidFilter('a parenthesis is not closed.');
      if (token.kind !== 'sign') continue;
      if (token.value === '(') open += 1;
      if (token.value !== ')') continue;
      if (open === 0) return this.#tokens.slice(start, this.#next);
      open -= 1;
    }
  }

  #list(): Literal[] {
    this.#expect('(');
    const values = [this.#literal()];
    while (this.#isSign(',')) {
      this.#next += 1;
      values.push(this.#literal());
    }
    this.#expect(')');
    return values;
  }

  #literal(): Literal {
    const token = this.#take();
    if (token.kind === 'text') return token.value;
    if (token.kind === 'sign') throw invalidFilter(`a value was expected in place of '${token.value}'.`);
    const lower = token.value.toLowerCase();
    if (lower === 'true' || lower === 'false') return lower === 'true';
    return lower === 'null' ? null : token.value;
  }
}

function inCollection(token: Token, variable: string, collection: string): Token {
  if (token.kind !== 'name' || !token.value.startsWith(`${variable}/`)) return token;
  return { kind: 'name', value: `${collection}${token.value.slice(variable.length)}` };
}

export function parseFilter(filter: string): Filter {
  return new FilterParser(tokenizeFilter(filter)).parse();
}
