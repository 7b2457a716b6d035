/** One thing that every plugin must keep to. `run` rejects when this one does not. */
export interface ContractCase {
  readonly name: string;
  readonly run: () => Promise<void>;
}
