import type { DocumentStore } from '@apollo/server';
import type { DocumentNode } from 'graphql';
import { LRUCache } from 'lru-cache';

/** A parsed document takes up to 250 bytes of memory for each of its characters. Honest clients have some dozens of documents, of a few thousand characters each. */
const MOST_CHARACTERS = 200_000;
const LONGEST_KEPT = 20_000;

/** Documents that were parsed and found right, the newest ones. Bounded by their length: the number of them tells nothing about the memory that they take. */
export class KeptDocuments implements DocumentStore {
  private readonly documents = new LRUCache<string, DocumentNode>({ maxSize: MOST_CHARACTERS, maxEntrySize: LONGEST_KEPT, sizeCalculation: ({ loc }) => Math.max(1, loc?.end ?? LONGEST_KEPT) });

  /** How many characters the kept ones have together. */
  get characters(): number {
    return this.documents.calculatedSize;
  }

  find(query: string): DocumentNode | undefined {
    return this.documents.get(query);
  }

  keep(query: string, document: DocumentNode): void {
    this.documents.set(query, document);
  }

  async get(key: string): Promise<DocumentNode | undefined> {
    return this.find(key);
  }

  async set(key: string, document: DocumentNode): Promise<void> {
    this.keep(key, document);
  }

  async delete(key: string): Promise<void> {
    this.documents.delete(key);
  }
}
