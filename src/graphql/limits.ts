import { GraphQLError, Kind, isListType, isNonNullType, type ASTVisitor, type DocumentNode, type FragmentDefinitionNode, type GraphQLOutputType, type GraphQLSchema, type SelectionSetNode, type ValidationContext } from 'graphql';
import { fieldExtensionsEstimator, getComplexity, type ComplexityEstimator } from 'graphql-query-complexity';
import { DomainError } from '../kernel/errors.js';

/** Far above what honest clients send, far below what hurts. docs/errors.md tells them. */
export const LIMITS = {
  /** Words and signs of a document; a longer one is refused while it is being read. */
  tokens: 5_000,
  /** Characters of a document, texts in it counted. */
  characters: 250_000,
  /** Fields below fields. */
  depth: 20,
  /** Brackets of any kind within each other. The parser calls itself for each, so a deeper document would exhaust the stack. */
  nesting: 200,
  aliases: 100,
  directives: 50,
  operations: 10,
  /** Fields that an operation may be answered with, a list counted by how many of its entries are asked for. */
  cost: 100_000,
  /** Operations that one socket may have under way. */
  operationsPerSocket: 200,
  /** Operations beyond a limit that one socket may ask for before it is closed. */
  refusalsPerSocket: 100,
  /** Sockets that one key may have open in a process. */
  socketsPerKey: 2_000,
} as const;

/** What holds for a connection rather than for a document. The service runs on these; docs/operations.md tells them. */
export interface DoorLimits {
  /** How long an operation may take before whoever asked is told that it was given up. */
  readonly operationMs: number;
  /** How long a request's headers, and the whole of it, may take to arrive. */
  readonly headersMs: number;
  readonly requestMs: number;
  /** How long a socket may stay open without saying who it is. */
  readonly socketSignInMs: number;
  /** How often a socket is asked whether its peer is still there; one that has not answered by the next time is ended. */
  readonly socketPingMs: number;
  /** What may wait to be sent over one socket, before it is ended because nobody reads it. */
  readonly socketBufferBytes: number;
  /** Sockets that have not said yet who they are, from one address and in all. */
  readonly waitingSocketsPerAddress: number;
  readonly waitingSockets: number;
  /** Sockets of a process. */
  readonly sockets: number;
}

export const DOOR_LIMITS: DoorLimits = {
  operationMs: 30_000,
  headersMs: 10_000,
  requestMs: 30_000,
  socketSignInMs: 5_000,
  socketPingMs: 12_000,
  socketBufferBytes: 8_000_000,
  // More than one key may have open: a wall of screens behind one address comes back at once when a process was started
  // again. A waiting socket holds 16 kB, so all of them are no more than 80 MB, and none of them for longer than 5 s.
  waitingSocketsPerAddress: 2_500,
  waitingSockets: 5_000,
  sockets: 20_000,
};

/** Entries that a list is taken to have where nobody says how many. */
const USUAL_LIST = 10;
const DEFAULT_PAGE = 25;

/** What a text is not to be read for, before anything reads it. */
export function textError(query: string): DomainError | undefined {
  if (query.length > LIMITS.characters) return new DomainError('QUERY_TOO_COMPLEX', `The document has ${query.length} characters; at most ${LIMITS.characters} are allowed. Texts that are long belong into variables.`);
  let depth = 0;
  let deepest = 0;
  for (const [bracket] of query.replaceAll(STRINGS_AND_COMMENTS, '').matchAll(/[[\](){}]/g)) {
    depth += '[({'.includes(bracket) ? 1 : -1;
    deepest = Math.max(deepest, depth);
  }
  return deepest > LIMITS.nesting ? new DomainError('QUERY_TOO_COMPLEX', `The document has ${deepest} brackets within each other; at most ${LIMITS.nesting} are allowed.`) : undefined;
}

const STRINGS_AND_COMMENTS = /"""(?:\\"""|[^])*?"""|"(?:\\.|[^"\\\n\r])*"|#[^\n\r]*/g;

/** Holds a document against what can be counted without the schema; graphql-js runs it beside its own rules. */
export function documentLimits(context: ValidationContext): ASTVisitor {
  return {
    Document(document) {
      const counts = count(document);
      for (const name of ['aliases', 'directives', 'operations', 'depth'] as const) {
        if (counts[name] > LIMITS[name]) context.reportError(tooComplex(`The document has ${name === 'depth' ? 'a depth' : `${name}, a number`} of ${counts[name]}; at most ${LIMITS[name]} are allowed.`));
      }
    },
  };
}

/** What an operation costs at most with these variables; an error when that is too much. Nothing of it is executed before. */
export function costError(schema: GraphQLSchema, document: DocumentNode, variables: Record<string, unknown>, operationName: string | undefined): GraphQLError | undefined {
  const cost = costOf(schema, document, variables, operationName);
  return cost > LIMITS.cost ? tooComplex(`The operation may have to answer with ${cost} fields; at most ${LIMITS.cost} are allowed. Ask for fewer entries or fields at once.`) : undefined;
}

/** Variables that do not fit cost nothing: graphql-js refuses them, with their places, before it executes anything. */
function costOf(schema: GraphQLSchema, document: DocumentNode, variables: Record<string, unknown>, operationName: string | undefined): number {
  // Only where there are several, which then have names, does a name choose.
  const isChosen = operationName !== undefined && document.definitions.filter(({ kind }) => kind === Kind.OPERATION_DEFINITION).length > 1;
  try {
    return getComplexity({ schema, query: document, variables, estimators: [fieldExtensionsEstimator(), estimate], ...(isChosen && { operationName }) });
  } catch (error) {
    if (error instanceof GraphQLError) return 0;
    throw error;
  }
}

/** Where a field does not tell by itself what it costs: a page costs as many entries as are asked for; its nodes and edges are those entries. */
const estimate: ComplexityEstimator = ({ type, field, args, childComplexity }) => {
  const pages = field.args.some(({ name }) => name === 'first');
  if (pages) return 1 + Math.max(1, Number(args['first'] ?? args['last'] ?? DEFAULT_PAGE)) * childComplexity;
  const isEntries = type.name.endsWith('Connection') && (field.name === 'nodes' || field.name === 'edges');
  return 1 + (isList(field.type) && !isEntries ? USUAL_LIST : 1) * childComplexity;
};

function isList(type: GraphQLOutputType): boolean {
  return isNonNullType(type) ? isList(type.ofType) : isListType(type);
}

interface Counts {
  aliases: number;
  directives: number;
  operations: number;
  depth: number;
}

function count(document: DocumentNode): Counts {
  const counts: Counts = { aliases: 0, directives: 0, operations: 0, depth: 0 };
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION && definition.kind !== Kind.FRAGMENT_DEFINITION) continue;
    if (definition.kind === Kind.OPERATION_DEFINITION) counts.operations += 1;
    counts.directives += definition.directives?.length ?? 0;
    countIn(definition.selectionSet, counts);
  }
  const depths = new Depths(document);
  for (const definition of document.definitions) if (definition.kind === Kind.OPERATION_DEFINITION) counts.depth = Math.max(counts.depth, depths.of(definition.selectionSet));
  return counts;
}

function countIn({ selections }: SelectionSetNode, counts: Counts): void {
  for (const selection of selections) {
    counts.directives += selection.directives?.length ?? 0;
    if (selection.kind === Kind.FIELD && selection.alias) counts.aliases += 1;
    if (selection.kind !== Kind.FRAGMENT_SPREAD && selection.selectionSet) countIn(selection.selectionSet, counts);
  }
}

/** How deep selections go, each fragment looked at once; one that leads back into itself is refused by another rule. */
class Depths {
  private readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
  private readonly known = new Map<string, number>();

  constructor(document: DocumentNode) {
    this.fragments = new Map(document.definitions.flatMap((definition) => (definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition] as const] : [])));
  }

  of({ selections }: SelectionSetNode): number {
    return Math.max(0, ...selections.map((selection) => {
      if (selection.kind === Kind.FRAGMENT_SPREAD) return this.ofFragment(selection.name.value);
      const below = selection.selectionSet ? this.of(selection.selectionSet) : 0;
      return selection.kind === Kind.FIELD ? below + 1 : below;
    }));
  }

  private ofFragment(name: string): number {
    const known = this.known.get(name);
    if (known !== undefined) return known;
    this.known.set(name, 0);
    const fragment = this.fragments.get(name);
    const depth = fragment ? this.of(fragment.selectionSet) : 0;
    this.known.set(name, depth);
    return depth;
  }
}

function tooComplex(message: string): GraphQLError {
  return toGraphqlError(new DomainError('QUERY_TOO_COMPLEX', message));
}

/** A refusal before anything is executed, as both ways in want it. Apollo would answer with another status. */
export function toGraphqlError(refusal: DomainError): GraphQLError {
  return new GraphQLError(refusal.message, { originalError: refusal, extensions: { http: { status: 400 } } });
}
